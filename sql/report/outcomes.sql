-- outcomes
-- grain: one row per group; one row without a group
-- parameters: group_by (NULL, repo, provider, model, branch, task, author, week), since, until, now (UTC text),
-- time_zone, repository, provider, model, branch, task, author (NULL: all), by_session, by_task (1: the rows of
-- sessions or tasks are needed), row_limit
-- commits that a ref leads to, merges left out; by provider or model each is divided among the sessions with
-- lines in it by their part of its AI lines, so that sums of groups are those of the whole; counts are whole
-- commits: one of two models counts in both. A task is one of a repository, as is a branch
WITH work AS (
    SELECT
        c.*,
        sum(coalesce(s.share_of_ai, 1)) AS weight,
        :now AS asked_at,
        CASE WHEN :group_by IN ('task', 'branch') THEN c.repository END AS group_repository,
        CASE :group_by
            WHEN 'repo' THEN c.repository
            WHEN 'provider' THEN coalesce(s.provider, '(no session)')
            WHEN 'model' THEN coalesce(s.model_name, CASE WHEN s.provider IS NULL THEN '(no session)' ELSE '(unknown)' END)
            WHEN 'branch' THEN coalesce(c.branch_name, '(unknown)')
            WHEN 'task' THEN coalesce(t.task_key, '(no task)')
            WHEN 'author' THEN c.author
            WHEN 'week' THEN coalesce((SELECT d.local_week FROM metadata_calendar AS d
                WHERE d.time_zone = :time_zone AND d.start_at <= c.commit_time
                ORDER BY d.start_at DESC LIMIT 1), '(unknown)')
        END AS group_key
    FROM view_commit AS c
    LEFT JOIN event_commit_session AS s
        ON :by_session AND s.repository = c.repository AND s.commit_sha = c.commit_sha
        AND s.share_of_ai > 0
    LEFT JOIN event_task_commit AS t
        ON :by_task AND t.repository = c.repository AND t.commit_sha = c.commit_sha
        AND (t.fallback_flag = 0 OR t.task_key = :task)
    WHERE c.commit_time >= :since AND c.commit_time < :until
        AND (:repository IS NULL OR c.repository = :repository)
        AND (:provider IS NULL OR s.provider = :provider)
        AND (:model IS NULL OR s.model_name = :model)
        AND (:branch IS NULL OR c.branch_name = :branch)
        AND (:task IS NULL OR t.task_key = :task)
        AND (:author IS NULL OR c.author = :author)
    GROUP BY c.repository, c.commit_sha, group_key
),
totals AS (
    SELECT
        group_repository,
        group_key,
        count(*) AS commit_count,
        sum(heavy_ai_flag IS 1) AS heavy_commit_count,
        sum(weight * lines_added) AS lines_added,
        sum(weight * lines_removed) AS lines_removed,
        sum(lines_added IS NULL) AS unknown_diff_count,
        sum(merged_to_mainline_flag IS NULL) AS unknown_mainline_count,
        {sums: }
    FROM work
    GROUP BY group_repository, group_key
)
SELECT
    group_repository AS repository,
    group_key,
    commit_count,
    heavy_commit_count,
    heavy_commit_count < {small_sample} AS is_small_sample,
    lines_added,
    lines_removed,
    unknown_diff_count,
    unknown_mainline_count,
    {rates: },
    count(*) OVER () AS group_count
FROM totals
ORDER BY
    CASE :group_by WHEN 'week' THEN group_key END DESC,
    CASE :group_by WHEN 'task' THEN rtrim(group_key, '0123456789') NOT GLOB '*[-#]' OR group_key GLOB '*[-#]' END,
    CASE :group_by WHEN 'task' THEN upper(rtrim(group_key, '0123456789')) END,
    CASE :group_by WHEN 'task' THEN CAST(substr(group_key, length(rtrim(group_key, '0123456789')) + 1) AS INTEGER) END,
    heavy_commit_count DESC, commit_count DESC, group_key, group_repository
LIMIT :row_limit;
