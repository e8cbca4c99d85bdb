-- view_task_commit
-- grain: one row per (task, commit)
CREATE VIEW view_task_commit AS
SELECT
    t.task_key,
    t.branch_name AS task_branch_name,
    t.evidence,
    t.fallback_flag,
    t.confidence,
    c.*
FROM event_task_commit AS t
INNER JOIN view_commit AS c ON c.repository = t.repository AND c.commit_sha = t.commit_sha;
