-- build_session
-- grain: one row per session
-- what every session event carries: the natural keys and the context of the session
CREATE VIEW build_session AS
SELECT
    s.id AS session_key,
    s.provider AS provider,
    s.session_id AS session_id,
    CASE WHEN s.is_subagent = 1 THEN s.parent_session_id ELSE s.session_id END AS root_session_id,
    s.is_subagent AS is_subagent,
    d.repository_id AS repository_key_id,
    r.repository_key AS repository,
    m.machine_key AS machine
FROM metadata_sessions AS s
INNER JOIN metadata_machines AS m ON m.id = s.machine_id
LEFT JOIN metadata_directories AS d ON d.id = s.directory_id
LEFT JOIN metadata_repositories AS r ON r.id = d.repository_id;
