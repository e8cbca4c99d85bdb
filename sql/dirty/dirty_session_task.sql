-- dirty_session_task
-- grain: one row per (commit, session with lines in it), and one for the session that started that session
-- Triggers look up in it which sessions a change of a commit or of its tasks concerns.
CREATE VIEW dirty_session_task AS
SELECT commit_id, session_id AS session_key
FROM fact_commit_session_match
WHERE session_id > 0
UNION ALL
SELECT m.commit_id, p.parent_key AS session_key
FROM fact_commit_session_match AS m
CROSS JOIN dirty_session_parent AS p ON p.session_key = m.session_id AND p.is_subagent = 1;
