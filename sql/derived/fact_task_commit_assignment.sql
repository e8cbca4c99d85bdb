-- fact_task_commit_assignment
-- grain: one row per (task, commit); every commit has at least one
-- key: commit_id, task_key
-- stage: tasks
-- rule: task.1
-- derived (aea/pipeline/tasks); the rules and the confidence of each evidence are in docs/tasks.md
CREATE TABLE fact_task_commit_assignment (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit
    task_key TEXT NOT NULL,              -- such as ABC-12 or #12; else the branch; (unknown)
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    evidence TEXT NOT NULL,              -- trailer, message, branch, branch_name, integration, nothing
    branch_name TEXT,                    -- the branch the commit was made on; NULL: unknown
    branch_evidence TEXT NOT NULL,       -- reflog, merge, tip, message, lineage, mainline, nothing
    is_fallback INTEGER NOT NULL,        -- 1: no task is known, the key stands for a branch that many share
    candidate_count INTEGER NOT NULL,    -- branches that the same evidence names, integration branches left out
    distance_margin INTEGER,             -- how much nearer the branch is than the next: 0, 1, 2 or more; NULL: it is the only one
    confidence REAL NOT NULL,            -- 0 to 1
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, task_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_task_commit_assignment_branch ON fact_task_commit_assignment (repository_id, branch_name);
