-- view_task_session
-- grain: one row per (task, session)
CREATE VIEW view_task_session AS
SELECT
    s.repository, -- key of the repository of the task's commits
    s.task_key, -- such as ABC-12 or #12; the branch of commits without a task
    s.provider, -- product that wrote the session
    s.session_id, -- the provider's own id
    s.branch_name, -- branch of most of its lines in the task; NULL: unknown
    s.model_name, -- the model that answered most; NULL: unknown
    s.started_at, -- first record of the session, UTC
    s.attribution_weight, -- its matched lines in the commits of the task
    coalesce(nullif(s.attribution_weight, 0), 1) AS weight, -- the same; 1 if it only has generated lines there
    (SELECT min(t.fallback_flag) FROM event_task_commit AS t
        WHERE t.repository = s.repository AND t.task_key = s.task_key) AS fallback_flag, -- 1: task_key is a shared branch
    s.commit_within_window_flag, -- 1: one of these commits was made between its start and four hours after its end
    s.user_turn_count, -- prompts that a person typed, without blank ones; NULL: none
    s.debug_loop_flag, -- 1: the same error came back in five turns or more; NULL: no prompt
    s.mid_session_error_paste_flag, -- 1: an error was pasted after the first prompt; NULL: no prompt
    s.accepted_output_flag, -- 1: at least one changed line was accepted; NULL: no prompt
    s.first_accepted_change_at, -- UTC; NULL: no accepted change so far
    s.minutes_to_first_accepted_change -- minutes from started_at to the first accepted change; NULL: none so far
FROM event_task_session AS s;
