-- fact_branch_head
-- grain: one row per (clone, ref, commit) for the current head of a branch, and for its last head before a deletion or rewrite
-- key: source_id, ref_name, commit_sha
-- merge: last
-- unite: delete
-- Rows of deleted and rewritten branches stay, because their commits still belong to these branches.
CREATE TABLE fact_branch_head (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    ref_name TEXT NOT NULL,              -- refs/heads/x, refs/remotes/origin/x
    commit_sha TEXT NOT NULL,            -- commit that the ref points to, or last pointed to
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the clone
    branch_name TEXT NOT NULL,           -- short name, without the remote
    own_count INTEGER NOT NULL,          -- first-parent commits that no integration branch had when the ref was read
    is_present INTEGER NOT NULL,         -- 1: the ref points here; 0: it was deleted or rewritten
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when the ref was first found here
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    UNIQUE (source_id, ref_name, commit_sha)
) STRICT;
CREATE INDEX fact_branch_head_branch ON fact_branch_head (repository_id, branch_name);
