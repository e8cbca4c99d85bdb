-- stats
-- grain: one row per group of one window; one row without a group
-- parameters: since, until (UTC text), group_by (NULL: no group), time_zone, provider, model, repository (NULL: all)
-- sessions with activity in the window; a sub-agent counts in the session that started it
-- metrics are over those of them in which a person typed a prompt, whenever that was
WITH candidate AS (
    SELECT
        a.activity_at AS happened_at,
        coalesce(a.provider, '(commits)') AS provider,
        CASE WHEN a.commit_count THEN '(commits)' ELSE a.model END AS model_name,
        CASE WHEN a.commit_count THEN '(commits)' ELSE a.branch END AS branch_name,
        a.repository,
        a.session_id,
        a.prompt_count,
        a.response_count,
        a.input_tokens,
        a.output_tokens,
        a.cache_read_tokens,
        a.cache_write_5m_tokens + a.cache_write_1h_tokens AS cache_write_tokens,
        a.unfinished_response_count, a.unknown_response_count, a.estimated_output_tokens,
        a.accepted_lines_added,
        a.accepted_lines_removed,
        a.commit_count
    FROM view_activity AS a
    WHERE a.activity_at >= :since AND a.activity_at < :until
        AND (:provider IS NULL OR a.provider = :provider)
        AND (:model IS NULL OR a.model = :model)
        AND (:repository IS NULL OR a.repository = :repository)
),
keyed AS (
    SELECT *, {group_key} FROM candidate
),
per_session AS ( -- and one row per group of commits; without a group there is always one
    SELECT
        group_key,
        provider,
        session_id,
        sum(prompt_count) AS prompt_count,
        sum(response_count) AS response_count,
        sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_tokens) AS cache_write_tokens,
        sum(unfinished_response_count) AS unfinished_response_count, sum(unknown_response_count) AS unknown_response_count,
        sum(estimated_output_tokens) AS estimated_output_tokens,
        sum(accepted_lines_added) AS accepted_lines_added,
        sum(accepted_lines_removed) AS accepted_lines_removed,
        sum(commit_count) AS commit_count
    FROM keyed GROUP BY group_key, provider, session_id
    UNION ALL
    SELECT NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 WHERE :group_by IS NULL
),
work AS (
    SELECT
        a.*,
        CASE WHEN a.session_id IS NOT NULL
            THEN max(coalesce(p.has_tokens, 0), a.response_count > 0) END AS has_tokens,
        q.user_turn_count,
        q.debug_loop_flag,
        q.mid_session_error_paste_flag,
        q.accepted_output_flag,
        q.minutes_to_first_accepted_change,
        1 AS weight,
        '' AS as_of
    FROM per_session AS a
    LEFT JOIN event_session_productivity AS p
        ON p.provider = a.provider AND p.session_id = a.session_id
    LEFT JOIN event_session_quality AS q
        ON q.provider = a.provider AND q.session_id = a.session_id
),
totals AS (
    SELECT
        group_key,
        count(session_id) AS session_count,
        count(user_turn_count) AS session_with_prompt_count,
        sum(has_tokens) AS session_with_tokens_count,
        sum(prompt_count) AS prompt_count,
        sum(accepted_lines_added) AS accepted_lines_added,
        sum(accepted_lines_removed) AS accepted_lines_removed,
        sum(commit_count) AS commit_count,
        sum(response_count) AS response_count,
        sum(input_tokens) AS input_tokens,
        sum(output_tokens) AS output_tokens,
        sum(cache_read_tokens) AS cache_read_tokens,
        sum(cache_write_tokens) AS cache_write_tokens,
        sum(unfinished_response_count) AS unfinished_response_count, sum(unknown_response_count) AS unknown_response_count,
        CASE WHEN sum(unknown_response_count) = 0 THEN sum(estimated_output_tokens) END AS estimated_output_tokens,
        {sums: }
    FROM {ranked: FROM work BY group_key}
    GROUP BY group_key
)
SELECT
    group_key, -- the group; NULL: no group
    session_count, -- sessions with activity in the window
    session_with_prompt_count, -- of these, sessions in which a person ever typed a prompt
    prompt_count, -- prompts in the window
    accepted_lines_added, -- lines added by accepted writes
    accepted_lines_removed, -- lines removed by accepted writes
    CASE WHEN :provider IS NULL AND :model IS NULL AND (
        coalesce(:group_by, '') NOT IN ('provider', 'model', 'branch') OR group_key = '(commits)'
    ) THEN commit_count END AS commit_count, -- reachable commits, excluding merges; NULL: commits cannot be split that way
    CASE WHEN session_with_tokens_count = 0 THEN NULL ELSE response_count END AS response_count, -- API responses; NULL here and below: no session recorded tokens
    CASE WHEN session_with_tokens_count = 0 THEN NULL ELSE input_tokens END AS input_tokens, -- prompt tokens that were not cached
    CASE WHEN session_with_tokens_count = 0 THEN NULL ELSE output_tokens END AS output_tokens, -- tokens written, reasoning included; a lower bound if responses are unfinished or unknown
    CASE WHEN session_with_tokens_count = 0 THEN NULL ELSE cache_read_tokens END AS cache_read_tokens, -- prompt tokens read from the cache
    CASE WHEN session_with_tokens_count = 0 THEN NULL ELSE cache_write_tokens END AS cache_write_tokens, -- prompt tokens written to the cache
    CASE WHEN session_with_tokens_count = 0 THEN NULL
        ELSE input_tokens + output_tokens + cache_read_tokens + cache_write_tokens END AS total_tokens, -- the sum of the four; a lower bound likewise
    CASE WHEN session_with_tokens_count = 0 OR unknown_response_count = response_count AND response_count > 0 THEN NULL
        ELSE unfinished_response_count END AS unfinished_response_count, -- responses whose output count is not final; NULL: of none it is known
    CASE WHEN session_with_tokens_count = 0 THEN NULL ELSE unknown_response_count END AS unknown_response_count, -- responses of which it is not known, since their files are gone
    unfinished_response_count * 1.0 / nullif(response_count - unknown_response_count, 0) AS unfinished_response_share, -- of the responses of which it is known
    CASE WHEN session_with_tokens_count = 0 THEN NULL ELSE estimated_output_tokens END AS estimated_output_tokens, -- output_tokens with unfinished counts estimated; NULL: some are unknown
    CASE WHEN session_with_tokens_count = 0 THEN NULL
        ELSE input_tokens + estimated_output_tokens + cache_read_tokens + cache_write_tokens END AS estimated_total_tokens, -- total_tokens with the estimate
    unfinished_response_count > 0 OR unknown_response_count > 0 AS is_output_lower_bound, -- 1: output_tokens and total_tokens are lower bounds
    session_with_tokens_count, -- sessions whose provider recorded tokens
    session_with_tokens_count * 1.0 / nullif(session_count, 0) AS session_with_tokens_share, -- their share of session_count
    {rates: }
FROM totals
ORDER BY group_key;
