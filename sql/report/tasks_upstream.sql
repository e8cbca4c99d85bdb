-- tasks_upstream
-- grain: one row per (task, branch)
-- parameters: since, until (UTC text), repository, provider, model, branch, task (NULL: all), row_limit
-- the rules of the system that the seeds describe: weights rounded to integers before the division, the limit
-- before the order; delivery of tasks is outcomes_upstream
WITH talk AS (
    SELECT
        *,
        CASE
            WHEN model_name IS NULL OR trim(model_name) = '' THEN provider || '/(unknown)'
            WHEN model_name LIKE provider || '/%' THEN model_name
            ELSE provider || '/' || model_name
        END AS full_model_name
    FROM view_task_session
),
base AS (
    SELECT *
    FROM talk
    WHERE started_at >= :since AND started_at < :until
        AND (:repository IS NULL OR repository = :repository)
        AND (:provider IS NULL OR provider = :provider)
        AND (:model IS NULL OR full_model_name = :model)
        AND (:branch IS NULL OR branch_name = :branch)
        AND (:task IS NULL OR task_key = :task)
        AND task_key GLOB '[A-Z]*-*[0-9]' AND task_key NOT GLOB '*-*-*'
        AND rtrim(rtrim(task_key, '0123456789'), '-') NOT GLOB '*[^A-Z]*'
        AND coalesce(branch_name, '(unknown)') NOT IN ('staging', 'main', 'master', 'develop', '(unknown)')
),
totals AS (
    SELECT
        task_key AS group_key,
        branch_name,
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
    FROM base GROUP BY task_key, branch_name
),
placed AS (
    SELECT *, row_number() OVER (ORDER BY group_key, branch_name) AS place, count(*) OVER () AS group_count
    FROM totals
)
SELECT group_key, branch_name, session_count,
    {ratios: prompts, first_change, debug_loop, error_paste, to_commit, no_output},
    group_count
FROM placed WHERE place <= :row_limit
ORDER BY substr(group_key, 1, instr(group_key, '-')), CAST(substr(group_key, instr(group_key, '-') + 1) AS INTEGER), branch_name;
