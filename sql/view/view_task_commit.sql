-- view_task_commit
-- grain: one row per (task, commit)
CREATE VIEW view_task_commit AS
SELECT
    t.task_key, -- such as ABC-12 or #12; the branch of a commit without a task
    t.branch_name AS task_branch_name, -- branch the commit was made on; NULL: unknown
    t.evidence, -- trailer, message, branch, branch_name, integration, nothing
    t.fallback_flag, -- 1: no task is known; task_key is the commit's shared branch
    t.confidence, -- 0 to 1
    c.*
FROM event_task_commit AS t
INNER JOIN view_commit AS c ON c.repository = t.repository AND c.commit_sha = t.commit_sha;
