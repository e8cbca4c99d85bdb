-- fact_ref_update
-- grain: one row per entry of a reflog
-- key: repository_id, ref_name, occurred_at, old_sha, new_sha
-- merge: by column
-- unite: delete
CREATE TABLE fact_ref_update (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the ref
    ref_name TEXT NOT NULL,              -- refs/heads/x, HEAD, or worktrees/<id>/HEAD
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    old_sha TEXT NOT NULL,               -- commit before; empty: the ref was created
    new_sha TEXT NOT NULL,               -- commit after; empty: the ref was deleted
    action TEXT NOT NULL,                -- what moved it: commit, commit (amend), rebase (finish), reset, ...
    branch_name TEXT,                    -- branch that moved; NULL: detached HEAD, or not recorded
    is_made INTEGER NOT NULL,            -- 1: the action created new_sha; 0: it only moved the ref there
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, ref_name, occurred_at, old_sha, new_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_ref_update_made ON fact_ref_update (repository_id, new_sha) WHERE is_made = 1;
