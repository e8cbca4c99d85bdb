-- dirty_session_parent
-- grain: one row per session whose parent session is known
-- Triggers look up in it whose events a session also feeds: those of the session that started it.
CREATE VIEW dirty_session_parent AS
SELECT s.id AS session_key, s.is_subagent, p.id AS parent_key
FROM metadata_sessions AS s
CROSS JOIN metadata_sessions AS p ON p.provider = s.provider AND p.session_id = s.parent_session_id;
