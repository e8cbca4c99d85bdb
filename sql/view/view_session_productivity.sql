-- view_session_productivity
-- grain: one row per session; a sub-agent has a row of its own, which names the session that started it
CREATE VIEW view_session_productivity AS
SELECT
    p.provider, -- product that wrote the session
    p.session_id, -- the provider's own id
    p.root_session_id, -- the session, or the session that started this sub-agent
    p.repository, -- key of the repository; NULL: none known
    p.branch_name, -- branch at its first message that has one; NULL: unknown
    p.model_name, -- the model that answered most; NULL: unknown
    p.started_at, -- first record, UTC
    p.ended_at, -- last record so far, UTC
    q.user_turn_count, -- prompts that a person typed, without blank ones; NULL: none
    p.user_word_count, -- words that a person typed
    p.tool_call_count, -- tools asked for
    p.code_change_count, -- accepted writes to a file
    p.accepted_lines_added, -- lines added by accepted writes
    p.accepted_lines_removed, -- lines removed by accepted writes
    p.accepted_total_changed_lines, -- the sum of both
    p.committed_lines, -- its added lines that commits contain, each counted once
    p.shipped_lines, -- its added lines that reached the mainline, without generated files
    p.thrown_away_lines, -- its accepted added lines in no commit so far; NULL: no repository is known
    p.user_word_count * 1.0 / nullif(p.accepted_total_changed_lines, 0) AS words_per_changed_line, -- NULL: no changed line
    q.debug_loop_flag, -- 1: the same error came back in five turns or more; NULL: no prompt
    q.mid_session_error_paste_flag, -- 1: an error was pasted after the first prompt; NULL: no prompt
    q.accepted_output_flag, -- 1: at least one changed line was accepted; NULL: no prompt
    q.minutes_to_first_accepted_change, -- minutes from started_at to the first accepted change; NULL: none, or no prompt
    p.has_tokens -- 1: the provider recorded tokens for this session
FROM event_session_productivity AS p
LEFT JOIN event_session_quality AS q ON q.provider = p.provider AND q.session_id = p.session_id;
