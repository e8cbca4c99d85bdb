-- tasks
-- grain: one row per group of task work
-- parameters: as outcomes; group_by (task, repo, branch, provider, model, week); with_fallback (1: keys that
-- stand for a branch that many share, too)
-- commits of tasks with their metrics, and the sessions whose lines are in them, weighted by these lines;
-- a commit counts in the week of its date, a session in that of its start
WITH work AS (
    SELECT
        c.*,
        sum(coalesce(s.share_of_ai, 1)) / count(DISTINCT c.task_key) AS weight,
        :now AS asked_at,
        CASE WHEN :group_by IN ('task', 'branch') THEN c.repository END AS group_repository,
        CASE :group_by
            WHEN 'task' THEN c.task_key
            WHEN 'repo' THEN c.repository
            WHEN 'branch' THEN coalesce(c.task_branch_name, '(unknown)')
            WHEN 'provider' THEN coalesce(s.provider, '(no session)')
            WHEN 'model' THEN coalesce(s.model_name, CASE WHEN s.provider IS NULL THEN '(no session)' ELSE '(unknown)' END)
            WHEN 'week' THEN coalesce((SELECT d.local_week FROM metadata_calendar AS d
                WHERE d.time_zone = :time_zone AND d.start_at <= c.commit_time
                ORDER BY d.start_at DESC LIMIT 1), '(unknown)')
        END AS group_key
    FROM view_task_commit AS c
    LEFT JOIN event_commit_session AS s
        ON :by_session AND s.repository = c.repository AND s.commit_sha = c.commit_sha
        AND s.share_of_ai > 0
    WHERE c.commit_time >= :since AND c.commit_time < :until
        AND (c.fallback_flag = 0 OR :with_fallback OR c.task_key = :task)
        AND (:repository IS NULL OR c.repository = :repository)
        AND (:provider IS NULL OR s.provider = :provider)
        AND (:model IS NULL OR s.model_name = :model)
        AND (:branch IS NULL OR c.task_branch_name = :branch)
        AND (:task IS NULL OR c.task_key = :task)
    GROUP BY c.repository, c.commit_sha, group_key
),
commits AS (
    SELECT
        group_repository,
        group_key,
        count(*) AS commit_count,
        sum(heavy_ai_flag IS 1) AS heavy_commit_count,
        sum(weight * lines_added) AS lines_added,
        sum(weight * lines_removed) AS lines_removed,
        {sums: mainline_reach, churn}
    FROM work
    GROUP BY group_repository, group_key
),
talk AS (
    SELECT
        s.*,
        '' AS asked_at,
        CASE WHEN :group_by IN ('task', 'branch') THEN s.repository END AS group_repository,
        CASE :group_by
            WHEN 'task' THEN s.task_key
            WHEN 'repo' THEN s.repository
            WHEN 'branch' THEN coalesce(s.branch_name, '(unknown)')
            WHEN 'provider' THEN s.provider
            WHEN 'model' THEN coalesce(s.model_name, '(unknown)')
            WHEN 'week' THEN coalesce((SELECT d.local_week FROM metadata_calendar AS d
                WHERE d.time_zone = :time_zone AND d.start_at <= s.started_at
                ORDER BY d.start_at DESC LIMIT 1), '(unknown)')
        END AS group_key
    FROM view_task_session AS s
    WHERE s.started_at >= :since AND s.started_at < :until
        AND (s.fallback_flag = 0 OR :with_fallback OR s.task_key = :task)
        AND (:repository IS NULL OR s.repository = :repository)
        AND (:provider IS NULL OR s.provider = :provider)
        AND (:model IS NULL OR s.model_name = :model)
        AND (:branch IS NULL OR s.branch_name = :branch)
        AND (:task IS NULL OR s.task_key = :task)
),
sessions AS (
    SELECT
        group_repository,
        group_key,
        count(DISTINCT provider || ' ' || session_id) AS session_count,
        {sums: sessions}
    FROM talk
    GROUP BY group_repository, group_key
),
keys AS (
    SELECT group_repository, group_key FROM commits
    UNION SELECT group_repository, group_key FROM sessions
)
SELECT
    k.group_repository AS repository,
    k.group_key,
    coalesce(c.commit_count, 0) AS commit_count,
    coalesce(c.heavy_commit_count, 0) AS heavy_commit_count,
    coalesce(s.session_count, 0) AS session_count,
    coalesce(s.session_count, 0) < {small_sample} AS is_small_sample,
    c.lines_added,
    c.lines_removed,
    {rates: mainline_reach, churn, sessions},
    count(*) OVER () AS group_count
FROM keys AS k
LEFT JOIN commits AS c ON c.group_repository IS k.group_repository AND c.group_key IS k.group_key
LEFT JOIN sessions AS s ON s.group_repository IS k.group_repository AND s.group_key IS k.group_key
ORDER BY
    CASE :group_by WHEN 'week' THEN k.group_key END DESC,
    CASE :group_by WHEN 'task' THEN rtrim(k.group_key, '0123456789') NOT GLOB '*[-#]' OR k.group_key GLOB '*[-#]' END,
    CASE :group_by WHEN 'task' THEN upper(rtrim(k.group_key, '0123456789')) END,
    CASE :group_by WHEN 'task' THEN CAST(substr(k.group_key, length(rtrim(k.group_key, '0123456789')) + 1) AS INTEGER) END,
    heavy_commit_count DESC, commit_count DESC, k.group_key, k.group_repository
LIMIT :row_limit;
