-- view_session_quality
-- grain: one row per session in which a person typed a prompt
-- how a session went; the metrics of sessions are computed from these rows, or from the same columns by task
CREATE VIEW view_session_quality AS
SELECT
    q.provider, -- product that wrote the session
    q.session_id, -- the provider's own id
    q.repository, -- key of the repository; NULL: none known
    q.branch_name, -- branch at its first message that has one; NULL: unknown
    q.model_name, -- the model that answered most; NULL: unknown
    q.started_at, -- first record, UTC
    q.ended_at, -- last record so far, UTC
    q.user_turn_count, -- prompts that a person typed, without blank ones
    q.debug_loop_flag, -- 1: the same error came back in five turns or more
    q.mid_session_error_paste_flag, -- 1: an error was pasted after the first prompt
    q.accepted_output_flag, -- 1: at least one changed line was accepted
    q.first_accepted_change_at, -- UTC; NULL: no accepted change so far
    q.minutes_to_first_accepted_change, -- minutes from started_at to the first accepted change; NULL: none so far
    q.agent_loop_flag, -- 1: one error of the agent's own calls came five times or more; NULL: unknown
    q.finished_tool_call_count, -- tool calls that ran to their end, well or not
    q.failed_tool_call_count, -- of these, failed
    q.refused_tool_call_count, -- tool calls that a person, a rule or a hook refused
    q.interruption_count, -- times that a person stopped the agent
    q.written_line_count, -- lines that accepted writes added, trivial ones left out
    q.undone_line_count, -- of these, removed by a later write of the session to the same file
    q.session_commit_within_4h_flag AS commit_within_window_flag -- 1: a commit between its start and four hours after its end has lines of it
FROM event_session_quality AS q;
