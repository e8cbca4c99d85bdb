-- view_task_session
-- grain: one row per (task, session)
-- weight: the session's matched lines in the commits of the task; 1 where it has none but generated ones
CREATE VIEW view_task_session AS
SELECT
    s.repository,
    s.task_key,
    s.provider,
    s.session_id,
    s.branch_name,
    s.model_name,
    s.started_at,
    s.attribution_weight,
    coalesce(nullif(s.attribution_weight, 0), 1) AS weight,
    (SELECT min(t.fallback_flag) FROM event_task_commit AS t
        WHERE t.repository = s.repository AND t.task_key = s.task_key) AS fallback_flag,
    s.commit_within_window_flag,
    s.user_turn_count,
    s.debug_loop_flag,
    s.mid_session_error_paste_flag,
    s.accepted_output_flag,
    s.first_accepted_change_at,
    s.minutes_to_first_accepted_change
FROM event_task_session AS s;
