-- derived_branch
-- grain: one row per branch of a repository
-- key: repository_id, branch_name
-- stage: branches
-- rule: branch_kind.1
CREATE TABLE derived_branch (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where it is
    branch_name TEXT NOT NULL,           -- short name, without refs/heads/
    branch_kind TEXT NOT NULL,           -- mainline, integration, task, work
    is_deleted INTEGER NOT NULL,         -- 1: it was seen in a clone and is in none any more
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, branch_name)
) STRICT, WITHOUT ROWID;
