-- view_global_session_quality
-- grain: one row
-- rates are NULL, not 0, when no session is there to take them from
CREATE VIEW view_global_session_quality AS
SELECT
    count(*) AS session_count,
    sum(user_turn_count) AS prompt_count,
    sum(user_turn_count) * 1.0 / nullif(count(*), 0) AS prompts_per_session,
    sum(debug_loop_flag) AS debug_loop_count,
    sum(debug_loop_flag) * 1.0 / nullif(count(*), 0) AS debug_loop_share,
    sum(mid_session_error_paste_flag) AS error_paste_count,
    sum(mid_session_error_paste_flag) * 1.0 / nullif(count(*), 0) AS error_paste_share,
    sum(1 - accepted_output_flag) AS no_output_count,
    sum(1 - accepted_output_flag) * 1.0 / nullif(count(*), 0) AS no_output_share,
    sum(minutes_to_first_accepted_change)
        / nullif(count(minutes_to_first_accepted_change), 0) AS mean_minutes_to_first_change
FROM event_session_quality;
