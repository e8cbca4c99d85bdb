-- fact_branch_head
-- grain: one row per (clone, ref, commit) where a branch was seen last, or before it was rewritten
-- key: source_id, ref_name, commit_sha
-- merge: last
-- unite: delete
-- rows of deleted and rewritten branches stay: their commits were theirs
CREATE TABLE fact_branch_head (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the clone it was read from
    ref_name TEXT NOT NULL,              -- refs/heads/x, refs/remotes/origin/x
    commit_sha TEXT NOT NULL,            -- where the ref stands, or stood last
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    branch_name TEXT NOT NULL,           -- short name, without its remote
    own_count INTEGER NOT NULL,          -- commits down its first parents that no integration branch had when seen
    is_present INTEGER NOT NULL,         -- 1: the ref stands there; 0: it was deleted or rewritten
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was first seen there
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    UNIQUE (source_id, ref_name, commit_sha)
) STRICT;
CREATE INDEX fact_branch_head_branch ON fact_branch_head (repository_id, branch_name);
