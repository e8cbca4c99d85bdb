-- build_session
-- grain: one row per session: its natural key and its context, which every session event carries
-- reads: metadata_sessions -> id
-- reads: metadata_machines, constant
-- reads: metadata_directories (repository_id) -> SELECT id FROM metadata_sessions WHERE directory_id = row.id
-- reads: metadata_repositories (repository_key) -> SELECT s.id FROM metadata_directories AS d
--     CROSS JOIN metadata_sessions AS s ON s.directory_id = d.id WHERE d.repository_id = row.id
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
