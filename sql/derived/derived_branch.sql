-- derived_branch
-- grain: one row per branch of a repository
-- key: repository_id, branch_name
-- stage: branches
-- rule: branch_kind.1
-- dirty: dirty_branch
-- reads: metadata_branches (repository_id, branch_name, task_id) -> repository_id, branch_name
-- reads: fact_branch_head (repository_id, branch_name, is_present) -> repository_id, branch_name
-- reads: derived_repository_mainline (repository_id, branch_name) -> SELECT repository_id, branch_name
--     FROM metadata_branches WHERE repository_id = row.repository_id
CREATE TABLE derived_branch (
    repository_id INTEGER NOT NULL,      -- metadata_repositories.id
    branch_name TEXT NOT NULL,           -- short name, without refs/heads/
    branch_kind TEXT NOT NULL,           -- mainline, integration, task, work
    is_deleted INTEGER NOT NULL,         -- 1: some clone had it once and no clone has it now
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (repository_id, branch_name),
    FOREIGN KEY (repository_id, branch_name) REFERENCES metadata_branches (repository_id, branch_name)
        ON DELETE CASCADE ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;
