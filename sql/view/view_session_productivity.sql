-- view_session_productivity
-- grain: one row per session; what a sub-agent of it did is its own row, named by root_session_id
CREATE VIEW view_session_productivity AS
SELECT
    p.provider,
    p.session_id,
    p.root_session_id,
    p.repository,
    p.branch_name,
    p.model_name,
    p.started_at,
    p.ended_at,
    q.user_turn_count,
    p.user_word_count,
    p.tool_call_count,
    p.code_change_count,
    p.accepted_lines_added,
    p.accepted_lines_removed,
    p.accepted_total_changed_lines,
    p.committed_lines,
    p.shipped_lines,
    p.thrown_away_lines,
    p.user_word_count * 1.0 / nullif(p.accepted_total_changed_lines, 0) AS words_per_changed_line,
    q.debug_loop_flag,
    q.mid_session_error_paste_flag,
    q.accepted_output_flag,
    q.minutes_to_first_accepted_change,
    p.has_tokens
FROM event_session_productivity AS p
LEFT JOIN event_session_quality AS q ON q.provider = p.provider AND q.session_id = p.session_id;
