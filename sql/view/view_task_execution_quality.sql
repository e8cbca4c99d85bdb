-- view_task_execution_quality
-- grain: one row per (repository, task)
-- metrics of the task's commits as of now, and of its sessions, weighted by their lines in these commits
CREATE VIEW view_task_execution_quality AS
WITH work AS (
    SELECT t.*, 1 AS weight, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS as_of
    FROM view_task_commit AS t
),
commits AS (
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
    FROM {ranked: mainline_reach, churn FROM work BY repository, task_key}
    GROUP BY repository, task_key
),
talk AS (
    SELECT w.*, '' AS as_of FROM view_task_session AS w
),
sessions AS (
    SELECT
        repository,
        task_key,
        count(*) AS session_count,
        {sums: sessions}
    FROM {ranked: sessions FROM talk BY repository, task_key}
    GROUP BY repository, task_key
)
SELECT
    c.repository, -- key of the repository
    c.task_key, -- such as ABC-12 or #12; the branch of commits without a task
    c.fallback_flag, -- 1: no task is known; task_key is a shared branch
    c.confidence, -- least confidence of its commits, 0 to 1
    c.commit_count, -- commits of the task
    c.heavy_commit_count, -- of these, heavy
    c.first_commit_at, -- time of the earliest commit, UTC
    c.last_commit_at, -- time of the latest commit, UTC
    coalesce(s.session_count, 0) AS session_count, -- sessions with lines in its commits
    {rates: mainline_reach, churn, sessions}
FROM commits AS c
LEFT JOIN sessions AS s ON s.repository = c.repository AND s.task_key = c.task_key;
