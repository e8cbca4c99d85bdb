-- stats
-- grain: one row per group of one window; one row without a group
-- parameters: since, until (UTC text), group_by (NULL, repo, provider, model, branch, day, week),
-- time_zone, provider, model, repository (NULL: all)
-- sessions are those at work in the window, sub-agents counted in the session that started them;
-- tokens are NULL (unknown) where sessions were at work and none recorded any;
-- commits are NULL where they cannot be told apart: by provider, model or branch of a session;
-- rates are over those of them in which a person typed at least one prompt, whatever the window
WITH scoped AS (
    SELECT
        a.*,
        CASE :group_by
            WHEN 'repo' THEN coalesce(a.repository, '(none)')
            WHEN 'provider' THEN coalesce(a.provider, '(commits)')
            WHEN 'model' THEN coalesce(a.model, CASE a.commit_count WHEN 0 THEN '(unknown)' ELSE '(commits)' END)
            WHEN 'branch' THEN coalesce(a.branch, CASE a.commit_count WHEN 0 THEN '(unknown)' ELSE '(commits)' END)
            WHEN 'day' THEN (SELECT c.local_day FROM metadata_calendar AS c
                WHERE c.time_zone = :time_zone AND c.start_at <= a.activity_at
                ORDER BY c.start_at DESC LIMIT 1)
            WHEN 'week' THEN (SELECT c.local_week FROM metadata_calendar AS c
                WHERE c.time_zone = :time_zone AND c.start_at <= a.activity_at
                ORDER BY c.start_at DESC LIMIT 1)
        END AS group_key
    FROM view_activity AS a
    WHERE a.activity_at >= :since AND a.activity_at < :until
        AND (:provider IS NULL OR a.provider = :provider)
        AND (:model IS NULL OR a.model = :model)
        AND (:repository IS NULL OR a.repository = :repository)
),
per_session AS (
    SELECT
        group_key, provider, session_id,
        sum(prompt_count) AS prompt_count,
        sum(response_count) AS response_count,
        sum(input_tokens) AS input_tokens,
        sum(output_tokens) AS output_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_5m_tokens + cache_write_1h_tokens) AS cache_write_tokens,
        sum(accepted_lines_added) AS accepted_lines_added,
        sum(accepted_lines_removed) AS accepted_lines_removed,
        sum(commit_count) AS commit_count
    FROM scoped GROUP BY group_key, provider, session_id
),
totals AS (
    SELECT
        group_key,
        sum(prompt_count) AS prompt_count,
        sum(response_count) AS response_count,
        sum(input_tokens) AS input_tokens,
        sum(output_tokens) AS output_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_tokens) AS cache_write_tokens,
        sum(input_tokens + output_tokens + cache_read_tokens + cache_write_tokens) AS total_tokens,
        sum(accepted_lines_added) AS accepted_lines_added,
        sum(accepted_lines_removed) AS accepted_lines_removed,
        sum(commit_count) AS commit_count
    FROM per_session GROUP BY group_key
    UNION ALL
    SELECT NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    WHERE :group_by IS NULL AND NOT EXISTS (SELECT 1 FROM per_session)
),
judged AS (
    SELECT
        a.group_key,
        max(coalesce(p.has_tokens, 0), a.response_count > 0) AS has_tokens,
        q.user_turn_count, q.debug_loop_flag,
        q.mid_session_error_paste_flag,
        q.accepted_output_flag,
        q.minutes_to_first_accepted_change AS minutes,
        row_number() OVER (
            PARTITION BY a.group_key, q.minutes_to_first_accepted_change IS NULL
            ORDER BY q.minutes_to_first_accepted_change
        ) AS minutes_rank,
        count(q.minutes_to_first_accepted_change) OVER (PARTITION BY a.group_key) AS minutes_count
    FROM per_session AS a
    LEFT JOIN event_session_productivity AS p
        ON p.provider = a.provider AND p.session_id = a.session_id
    LEFT JOIN event_session_quality AS q
        ON q.provider = a.provider AND q.session_id = a.session_id
    WHERE a.session_id IS NOT NULL
),
rates AS (
    SELECT
        group_key,
        count(*) AS session_count,
        sum(has_tokens) AS sessions_with_tokens,
        count(user_turn_count) AS judged_session_count, count(minutes) AS first_change_session_count,
        sum(debug_loop_flag) AS debug_loop_count,
        sum(mid_session_error_paste_flag) AS error_paste_count,
        sum(1 - accepted_output_flag) AS no_output_count,
        avg(CASE WHEN minutes IS NOT NULL
            AND 2 * minutes_rank IN (minutes_count, minutes_count + 1, minutes_count + 2)
            THEN minutes END) AS median_minutes_to_first_change
    FROM judged GROUP BY group_key
)
SELECT
    t.group_key, coalesce(r.session_count, 0) AS session_count,
    t.prompt_count, t.accepted_lines_added, t.accepted_lines_removed,
    CASE WHEN :provider IS NULL AND :model IS NULL AND (
        coalesce(:group_by, '') NOT IN ('provider', 'model', 'branch') OR t.group_key = '(commits)'
    ) THEN t.commit_count END AS commit_count,
    CASE WHEN r.sessions_with_tokens = 0 THEN NULL ELSE t.response_count END AS response_count,
    CASE WHEN r.sessions_with_tokens = 0 THEN NULL ELSE t.input_tokens END AS input_tokens,
    CASE WHEN r.sessions_with_tokens = 0 THEN NULL ELSE t.output_tokens END AS output_tokens,
    CASE WHEN r.sessions_with_tokens = 0 THEN NULL ELSE t.cache_read_tokens END AS cache_read_tokens,
    CASE WHEN r.sessions_with_tokens = 0 THEN NULL ELSE t.cache_write_tokens END AS cache_write_tokens,
    CASE WHEN r.sessions_with_tokens = 0 THEN NULL ELSE t.total_tokens END AS total_tokens,
    coalesce(r.judged_session_count, 0) AS judged_session_count,
    coalesce(r.judged_session_count, 0) < 5 AS is_small_sample,
    coalesce(r.first_change_session_count, 0) < 5 AS is_small_first_change_sample,
    r.median_minutes_to_first_change,
    r.debug_loop_count * 1.0 / nullif(r.judged_session_count, 0) AS debug_loop_share,
    r.error_paste_count * 1.0 / nullif(r.judged_session_count, 0) AS error_paste_share,
    r.no_output_count * 1.0 / nullif(r.judged_session_count, 0) AS no_output_share,
    r.debug_loop_count, r.error_paste_count, r.no_output_count, r.sessions_with_tokens,
    r.sessions_with_tokens * 1.0 / nullif(r.session_count, 0) AS sessions_with_tokens_share
FROM totals AS t
LEFT JOIN rates AS r ON r.group_key IS t.group_key
ORDER BY t.group_key;
