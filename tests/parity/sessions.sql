-- The rules of an earlier system for sessions and the sessions of tasks, over the event tables of aea.
-- One row per group (for tasks: per task and branch); one row without a group.
-- Weights are rounded to integers before the division, small models are hidden unless a group is asked for, and
-- the limit cuts tasks before they are sorted. The first change is a mean. Parameters: see compatibility.py.
WITH talk AS (
    SELECT
        repository, provider, model_name, started_at, NULL AS task_key, NULL AS branch_name, 1 AS weight,
        user_turn_count, debug_loop_flag, mid_session_error_paste_flag, accepted_output_flag,
        minutes_to_first_accepted_change, session_commit_within_4h_flag AS commit_within_window_flag
    FROM event_session_quality
    WHERE :source NOT IN ('task', 'branch')
    UNION ALL -- a session once in each task, or once in each branch
    SELECT
        repository, provider, model_name, started_at, task_key, branch_name,
        coalesce(nullif(sum(attribution_weight), 0), 1) AS weight,
        user_turn_count, debug_loop_flag, mid_session_error_paste_flag, accepted_output_flag,
        minutes_to_first_accepted_change, max(commit_within_window_flag) AS commit_within_window_flag
    FROM event_task_session
    WHERE :source IN ('task', 'branch')
    GROUP BY provider, session_id, repository, branch_name, CASE :source WHEN 'task' THEN task_key END
),
named AS (
    SELECT
        *,
        CASE
            WHEN model_name IS NULL OR trim(model_name) = '' THEN provider || '/(unknown)'
            WHEN model_name LIKE provider || '/%' THEN model_name
            ELSE provider || '/' || model_name
        END AS full_model_name
    FROM talk
),
base AS (
    SELECT
        *,
        CASE :group_by WHEN 'task' THEN branch_name END AS group_branch,
        CASE :group_by
            WHEN 'repo' THEN repository
            WHEN 'provider' THEN provider
            WHEN 'model' THEN full_model_name
            WHEN 'branch' THEN coalesce(branch_name, '(unknown)')
            WHEN 'task' THEN task_key
            WHEN 'week' THEN coalesce((SELECT d.local_week FROM metadata_calendar AS d
                WHERE d.time_zone = :time_zone AND d.start_at <= started_at
                ORDER BY d.start_at DESC LIMIT 1), '(unknown)')
        END AS group_key
    FROM named
    WHERE started_at >= :since AND started_at < :until
        AND (:repository IS NULL OR repository = :repository)
        AND (:provider IS NULL OR provider = :provider)
        AND (:model IS NULL OR full_model_name = :model)
        AND (:branch IS NULL OR branch_name = :branch)
        AND (:task IS NULL OR task_key = :task)
        AND (:group_by IS NOT 'task' OR task_key GLOB '[A-Z]*-*[0-9]' AND task_key NOT GLOB '*-*-*'
            AND rtrim(rtrim(task_key, '0123456789'), '-') NOT GLOB '*[^A-Z]*'
            AND coalesce(branch_name, '(unknown)') NOT IN ('staging', 'main', 'master', 'develop', '(unknown)'))
),
totals AS (
    SELECT
        group_key,
        group_branch,
        count(*) AS session_count,
        sum(CASE WHEN user_turn_count IS NOT NULL THEN weight * user_turn_count END) AS prompts_numerator,
        sum(CASE WHEN user_turn_count IS NOT NULL THEN weight END) AS prompts_denominator,
        sum(CASE WHEN minutes_to_first_accepted_change IS NOT NULL THEN weight * minutes_to_first_accepted_change END) AS first_change_numerator,
        sum(CASE WHEN minutes_to_first_accepted_change IS NOT NULL THEN weight END) AS first_change_denominator,
        CAST(round(sum(CASE WHEN debug_loop_flag = 1 THEN weight ELSE 0 END), 0) AS INTEGER) AS debug_loop_numerator,
        CAST(round(sum(CASE WHEN debug_loop_flag IS NOT NULL THEN weight ELSE 0 END), 0) AS INTEGER) AS debug_loop_denominator,
        CAST(round(sum(CASE WHEN mid_session_error_paste_flag = 1 THEN weight ELSE 0 END), 0) AS INTEGER) AS error_paste_numerator,
        CAST(round(sum(CASE WHEN mid_session_error_paste_flag IS NOT NULL THEN weight ELSE 0 END), 0) AS INTEGER) AS error_paste_denominator,
        CAST(round(sum(CASE WHEN commit_within_window_flag = 1 THEN weight ELSE 0 END), 0) AS INTEGER) AS to_commit_numerator,
        CAST(round(sum(weight), 0) AS INTEGER) AS to_commit_denominator,
        CAST(round(sum(CASE WHEN user_turn_count IS NOT NULL AND coalesce(accepted_output_flag, 0) = 0 THEN weight ELSE 0 END), 0) AS INTEGER) AS no_output_numerator,
        CAST(round(sum(CASE WHEN user_turn_count IS NOT NULL THEN weight ELSE 0 END), 0) AS INTEGER) AS no_output_denominator
    FROM base GROUP BY group_key, group_branch
),
placed AS (
    SELECT
        *,
        row_number() OVER (ORDER BY
            CASE WHEN :is_implicit THEN -session_count END,
            CASE WHEN :is_implicit THEN -coalesce(no_output_numerator * 1.0 / nullif(no_output_denominator, 0), -1) END,
            group_key, group_branch) AS place,
        count(*) OVER () AS group_count
    FROM totals
    WHERE NOT :is_implicit OR session_count >= 3 OR NOT EXISTS (SELECT 1 FROM totals WHERE session_count >= 3)
)
SELECT
    group_key, group_branch AS branch_name, session_count,
    prompts_numerator, prompts_denominator,
    first_change_numerator, first_change_denominator,
    debug_loop_numerator, debug_loop_denominator,
    error_paste_numerator, error_paste_denominator,
    to_commit_numerator, to_commit_denominator,
    no_output_numerator, no_output_denominator,
    group_count
FROM placed WHERE place <= :row_limit
ORDER BY
    CASE :group_by WHEN 'task' THEN substr(group_key, 1, instr(group_key, '-')) END,
    CASE :group_by WHEN 'task' THEN CAST(substr(group_key, instr(group_key, '-') + 1) AS INTEGER) END,
    place;
