-- fact_ref_update
-- grain: one row per move of a ref, as its reflog tells
-- key: repository_id, ref_name, occurred_at, old_sha, new_sha
-- merge: by column
-- unite: delete
CREATE TABLE fact_ref_update (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    ref_name TEXT NOT NULL,              -- refs/heads/x, HEAD, or worktrees/<id>/HEAD
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    old_sha TEXT NOT NULL,               -- empty: the ref was made
    new_sha TEXT NOT NULL,               -- empty: the ref was removed
    action TEXT NOT NULL,                -- commit, commit (amend), rebase (finish), reset, ...
    branch_name TEXT,                    -- the branch that was moved; NULL: HEAD stood on none, or it is not told
    is_made INTEGER NOT NULL,            -- 1: new_sha came into being by it; 0: the ref only went there
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, ref_name, occurred_at, old_sha, new_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_ref_update_made ON fact_ref_update (repository_id, new_sha) WHERE is_made = 1;
