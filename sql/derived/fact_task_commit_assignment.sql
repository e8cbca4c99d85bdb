-- fact_task_commit_assignment
-- grain: one row per (task, commit); every commit has at least one
-- key: commit_id, task_key
-- never: UPDATE
-- stage: tasks
-- rule: task.2
-- dirty: dirty_assign
-- reads: fact_commit (repository_id, commit_sha, parent_count, merged_branch, occurred_at) -> repository_id, commit_sha
-- reads: fact_ref_update (repository_id, new_sha, branch_name, is_made, occurred_at)
--     -> SELECT row.repository_id, row.new_sha WHERE row.is_made = 1
-- reads: fact_commit_task_mention -> repository_id, commit_sha
-- reads: fact_commit_rewrite -> repository_id, new_sha
-- reads: fact_branch_head (own_count) -> SELECT a.repository_id, a.commit_sha FROM derived_commit_branch AS a
--     WHERE a.evidence = 'tip' AND a.anchor_id = row.id AND EXISTS (SELECT 1 FROM derived_commit_branch AS b
--         WHERE b.repository_id = a.repository_id AND b.commit_sha = a.commit_sha
--             AND b.evidence = 'tip' AND b.branch_name <> a.branch_name)
-- reads: metadata_branches (repository_id, branch_name, task_id) -> SELECT c.repository_id, c.commit_sha
--     FROM fact_task_commit_assignment AS a CROSS JOIN fact_commit AS c ON c.id = a.commit_id
--     WHERE a.repository_id = row.repository_id AND a.branch_name = row.branch_name AND row.task_id IS NOT NULL
-- reads: metadata_tasks, constant
-- reads: derived_commit_branch -> repository_id, commit_sha
-- reads: derived_commit_landing -> SELECT repository_id, commit_sha FROM fact_commit WHERE id = row.landed_id
-- reads: derived_commit_line_match -> SELECT repository_id, commit_sha FROM fact_commit
--     WHERE id = row.commit_id AND row.origin_id IS NOT NULL AND row.is_carried = 0
-- reads: derived_commit_mainline -> SELECT repository_id, commit_sha FROM fact_commit WHERE id = row.commit_id
-- reads: derived_repository_mainline (repository_id, branch_name) -> SELECT repository_id, commit_sha
--     FROM fact_commit WHERE repository_id = row.repository_id
-- task.2: docs/tasks.md has the rules and the confidence of each evidence. The stage also resolves the commits
-- that replaced or squashed a marked commit, or took over its lines.
CREATE TABLE fact_task_commit_assignment (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id) ON DELETE CASCADE, -- the commit
    task_key TEXT NOT NULL,              -- such as ABC-12 or #12, or the name of its branch, or (unknown)
    repository_id INTEGER NOT NULL,      -- metadata_repositories.id
    evidence TEXT NOT NULL,              -- trailer, message, branch, branch_name, integration, nothing
    branch_name TEXT,                    -- the branch that the commit was made on; NULL: unknown
    branch_evidence TEXT NOT NULL,       -- reflog, merge, tip, message, lineage, mainline, nothing
    is_fallback INTEGER NOT NULL,        -- 1: no task is known; task_key is a branch that many tasks share, or (unknown)
    candidate_count INTEGER NOT NULL,    -- branches that the same evidence names, without integration branches
    distance_margin INTEGER,             -- commits by which this branch is nearer than the next, at most 2; NULL: it is the only one
    confidence REAL NOT NULL,            -- 0 to 1
    occurred_at INTEGER NOT NULL,        -- when the commit was made, UTC milliseconds
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (commit_id, task_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_task_commit_assignment_branch ON fact_task_commit_assignment (repository_id, branch_name);
