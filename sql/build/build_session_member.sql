-- build_session_member
-- grain: one row per (session, session whose work counts as its own): itself, and each sub-agent that it started
-- reads: metadata_sessions -> id
-- reads: metadata_sessions -> SELECT id FROM metadata_sessions
--     WHERE provider = row.provider AND session_id = row.parent_session_id
CREATE VIEW build_session_member AS
SELECT s.id AS session_key, s.id AS member_key FROM metadata_sessions AS s
UNION ALL
SELECT p.id AS session_key, a.id AS member_key
FROM metadata_sessions AS p
CROSS JOIN metadata_sessions AS a
    ON a.provider = p.provider AND a.parent_session_id = p.session_id AND a.is_subagent = 1;
