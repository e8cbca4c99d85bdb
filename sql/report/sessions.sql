-- sessions
-- grain: one row per group of sessions; one row without a group
-- parameters: as outcomes; group_by (NULL, model, provider, repo, branch, task, week); source (task, branch: the
-- rows of sessions in tasks are needed)
-- sessions with a prompt, each with the weight 1; by task or branch each counts in all that its lines went to,
-- weighted by these lines; its accepted lines are divided in the same proportion, so that groups add up
WITH written AS ( -- by a session and the sub-agents it started; nothing is known where no repository is
    SELECT
        provider,
        root_session_id,
        sum(accepted_lines_added) AS accepted_lines_added,
        sum(committed_lines) AS committed_lines,
        sum(shipped_lines) AS shipped_lines,
        sum(thrown_away_lines) AS thrown_away_lines
    FROM event_session_productivity
    WHERE repository IS NOT NULL
    GROUP BY provider, root_session_id
),
talk AS (
    SELECT
        q.provider,
        q.session_id,
        q.model_name,
        q.started_at,
        q.user_turn_count,
        q.debug_loop_flag,
        q.mid_session_error_paste_flag,
        q.accepted_output_flag,
        q.minutes_to_first_accepted_change,
        coalesce(t.commit_within_window_flag, q.session_commit_within_4h_flag) AS commit_within_window_flag,
        coalesce(t.repository, q.repository) AS repository,
        t.branch_name,
        t.task_key,
        t.fallback_flag,
        coalesce(t.weight * 1.0, 1) AS weight,
        sum(coalesce(t.weight * 1.0, 1)) OVER (PARTITION BY q.provider, q.session_id) AS whole_weight
    FROM event_session_quality AS q
    LEFT JOIN view_task_session AS t
        ON :source IN ('task', 'branch') AND t.provider = q.provider AND t.session_id = q.session_id
),
work AS (
    SELECT
        s.*,
        '' AS asked_at,
        w.accepted_lines_added / s.whole_weight AS accepted_lines_added,
        w.committed_lines / s.whole_weight AS committed_lines,
        w.shipped_lines / s.whole_weight AS shipped_lines,
        w.thrown_away_lines / s.whole_weight AS thrown_away_lines,
        CASE WHEN :group_by IN ('task', 'branch') THEN s.repository END AS group_repository,
        CASE :group_by
            WHEN 'repo' THEN coalesce(s.repository, '(none)')
            WHEN 'provider' THEN s.provider
            WHEN 'model' THEN coalesce(s.model_name, '(unknown)')
            WHEN 'branch' THEN coalesce(s.branch_name, CASE WHEN s.task_key IS NULL THEN '(no commit)' ELSE '(unknown)' END)
            WHEN 'task' THEN CASE
                WHEN s.task_key IS NULL THEN '(no commit)'
                WHEN s.fallback_flag = 0 OR s.task_key = :task THEN s.task_key
                ELSE '(no task)'
            END
            WHEN 'week' THEN coalesce((SELECT d.local_week FROM metadata_calendar AS d
                WHERE d.time_zone = :time_zone AND d.start_at <= s.started_at
                ORDER BY d.start_at DESC LIMIT 1), '(unknown)')
        END AS group_key
    FROM talk AS s
    LEFT JOIN written AS w ON w.provider = s.provider AND w.root_session_id = s.session_id
    WHERE s.started_at >= :since AND s.started_at < :until
        AND (:repository IS NULL OR s.repository = :repository)
        AND (:provider IS NULL OR s.provider = :provider)
        AND (:model IS NULL OR s.model_name = :model)
        AND (:branch IS NULL OR s.branch_name = :branch)
        AND (:task IS NULL OR s.task_key = :task)
),
totals AS (
    SELECT
        group_repository,
        group_key,
        count(DISTINCT provider || ' ' || session_id) AS session_count,
        sum(weight * accepted_lines_added) AS accepted_lines_added,
        sum(weight * committed_lines) AS committed_lines,
        sum(weight * shipped_lines) AS shipped_lines,
        sum(weight * thrown_away_lines) AS thrown_away_lines,
        {sums: sessions, shipped_share}
    FROM work
    GROUP BY group_repository, group_key
)
SELECT
    group_repository AS repository,
    group_key,
    session_count,
    session_count < {small_sample} AS is_small_sample,
    accepted_lines_added,
    committed_lines,
    shipped_lines,
    thrown_away_lines,
    {rates: sessions, shipped_share},
    count(*) OVER () AS group_count
FROM totals
ORDER BY
    CASE :group_by WHEN 'week' THEN group_key END DESC,
    CASE :group_by WHEN 'task' THEN rtrim(group_key, '0123456789') NOT GLOB '*[-#]' OR group_key GLOB '*[-#]' END,
    CASE :group_by WHEN 'task' THEN upper(rtrim(group_key, '0123456789')) END,
    CASE :group_by WHEN 'task' THEN CAST(substr(group_key, length(rtrim(group_key, '0123456789')) + 1) AS INTEGER) END,
    session_count DESC, group_key, group_repository
LIMIT :row_limit;
