-- tasks
-- grain: one row per group of work on tasks
-- parameters: as outcomes, without author and by_task; by_time (1: the groups are weeks, sorted by time only);
--     with_fallback (1: include shared branches that stand in for a task)
-- the commits of tasks, and the sessions with lines in them, weighted by these lines. A commit counts in the week of
-- its date, a session in the week of its start. Groups with sessions come first, and of these the newest
WITH candidate AS (
    SELECT
        c.*,
        c.commit_time AS happened_at,
        s.provider,
        s.model_name,
        s.share_of_ai
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
),
work AS (
    SELECT
        *,
        sum(coalesce(share_of_ai, 1)) / count(DISTINCT task_key) AS weight,
        :now AS as_of,
        {group_repository},
        {group_key}
    FROM candidate
    GROUP BY repository, commit_sha, group_key
),
commits AS (
    SELECT
        group_repository,
        group_key,
        count(*) AS commit_count,
        max(happened_at) AS last_at,
        sum(heavy_ai_flag IS 1) AS heavy_commit_count,
        sum(weight * lines_added) AS lines_added,
        sum(weight * lines_removed) AS lines_removed,
        {sums: mainline_reach, churn}
    FROM {ranked: mainline_reach, churn FROM work BY group_repository, group_key}
    GROUP BY group_repository, group_key
),
candidate_session AS (
    SELECT s.*, s.started_at AS happened_at, '' AS as_of
    FROM view_task_session AS s
    WHERE s.started_at >= :since AND s.started_at < :until
        AND (s.fallback_flag = 0 OR :with_fallback OR s.task_key = :task)
        AND (:repository IS NULL OR s.repository = :repository)
        AND (:provider IS NULL OR s.provider = :provider)
        AND (:model IS NULL OR s.model_name = :model)
        AND (:branch IS NULL OR s.branch_name = :branch)
        AND (:task IS NULL OR s.task_key = :task)
),
talk AS (
    SELECT *, {group_repository}, {group_key} FROM candidate_session
),
sessions AS (
    SELECT
        group_repository,
        group_key,
        count(DISTINCT provider || ' ' || session_id) AS session_count,
        max(happened_at) AS last_at,
        {sums: sessions}
    FROM {ranked: sessions FROM talk BY group_repository, group_key}
    GROUP BY group_repository, group_key
),
keys AS (
    SELECT group_repository, group_key FROM commits
    UNION SELECT group_repository, group_key FROM sessions
),
totals AS (
    SELECT
        k.group_repository AS repository, -- repository of a task or branch; NULL for other groups
        k.group_key, -- the group; NULL: no group
        coalesce(c.commit_count, 0) AS commit_count, -- commits of tasks
        coalesce(c.heavy_commit_count, 0) AS heavy_commit_count, -- of these, heavy
        coalesce(s.session_count, 0) AS session_count, -- sessions with lines in commits of tasks
        coalesce(s.session_count, 0) < {small_sample} AS is_small_sample, -- 1: too few sessions to mean anything
        c.lines_added, -- lines added by the commits
        c.lines_removed, -- lines removed by the commits
        nullif(max(coalesce(c.last_at, ''), coalesce(s.last_at, '')), '') AS last_at, -- its newest commit or start of a session, UTC
        {rates: mainline_reach, churn, sessions},
        sum(s.session_count IS NULL) OVER () AS without_session_count, -- groups before the limit without a session
        count(*) OVER () AS group_count -- groups before the limit
    FROM keys AS k
    LEFT JOIN commits AS c ON c.group_repository IS k.group_repository AND c.group_key IS k.group_key
    LEFT JOIN sessions AS s ON s.group_repository IS k.group_repository AND s.group_key IS k.group_key
)
SELECT * FROM totals
ORDER BY
    session_count = 0 AND NOT :by_time,
    last_at DESC,
    {group_order}
    group_key, repository
LIMIT :row_limit;
