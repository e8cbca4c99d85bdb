-- view_task_execution_quality
-- grain: one row per (repository, task)
-- metrics of sql/metric, as of now: of its commits, and of its sessions by their lines in these commits
CREATE VIEW view_task_execution_quality AS
SELECT
    c.repository,
    c.task_key,
    c.fallback_flag,
    c.confidence,
    c.commit_count,
    c.heavy_commit_count,
    c.first_commit_at,
    c.last_commit_at,
    coalesce(s.session_count, 0) AS session_count,
    {rates: mainline_reach, churn, sessions}
FROM (
    SELECT
        repository,
        task_key,
        min(fallback_flag) AS fallback_flag,
        min(confidence) AS confidence,
        count(*) AS commit_count,
        sum(heavy_ai_flag IS 1) AS heavy_commit_count,
        min(commit_time) AS first_commit_at,
        max(commit_time) AS last_commit_at,
        {sums: mainline_reach, churn}
    FROM (
        SELECT t.*, 1 AS weight, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS asked_at
        FROM view_task_commit AS t
    )
    GROUP BY repository, task_key
) AS c
LEFT JOIN (
    SELECT
        repository,
        task_key,
        count(*) AS session_count,
        {sums: sessions}
    FROM (SELECT w.*, '' AS asked_at FROM view_task_session AS w)
    GROUP BY repository, task_key
) AS s ON s.repository = c.repository AND s.task_key = c.task_key;
