-- fact_ref_update
-- grain: one row per move of a ref, as its reflog tells
-- key: repository_id, ref_name, occurred_at, old_sha, new_sha
CREATE TABLE fact_ref_update (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    ref_name TEXT NOT NULL,              -- refs/heads/x, HEAD, or worktrees/<id>/HEAD
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    old_sha TEXT NOT NULL,               -- empty: the ref was made
    new_sha TEXT NOT NULL,               -- empty: the ref was removed
    action TEXT NOT NULL,                -- commit, commit (amend), rebase (finish), reset, ...
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, ref_name, occurred_at, old_sha, new_sha)
) STRICT, WITHOUT ROWID;
