-- dirty_session_task
-- grain: one row per session with lines of a commit, and per session that started it
-- key: commit_id, session_key
-- which sessions a change of a commit's tasks concerns; triggers put them into dirty_session
CREATE VIEW dirty_session_task AS
SELECT m.commit_id, m.session_id AS session_key
FROM fact_commit_session_match AS m
WHERE m.session_id > 0
UNION ALL
SELECT m.commit_id, p.id AS session_key
FROM fact_commit_session_match AS m
CROSS JOIN metadata_sessions AS s ON s.id = m.session_id AND s.is_subagent = 1
CROSS JOIN metadata_sessions AS p
    ON p.provider = s.provider AND p.session_id = s.parent_session_id;
CREATE TRIGGER dirty_session_assigned AFTER INSERT ON fact_task_commit_assignment BEGIN
    INSERT INTO dirty_session SELECT session_key FROM dirty_session_task
    WHERE commit_id = new.commit_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_session_withdrawn AFTER DELETE ON fact_task_commit_assignment BEGIN
    INSERT INTO dirty_session SELECT session_key FROM dirty_session_task
    WHERE commit_id = old.commit_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_session_commit_touched AFTER UPDATE ON fact_commit BEGIN
    INSERT INTO dirty_session SELECT session_key FROM dirty_session_task
    WHERE commit_id = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_session_repository_named AFTER UPDATE OF repository_key ON metadata_repositories BEGIN
    INSERT INTO dirty_session
    SELECT t.session_key FROM fact_commit AS c CROSS JOIN dirty_session_task AS t
        ON t.commit_id = c.id
    WHERE c.repository_id = new.id ON CONFLICT DO NOTHING;
END;
-- a sub-agent whose starter becomes known has no row of its own any more
CREATE TRIGGER dirty_session_started AFTER INSERT ON metadata_sessions BEGIN
    INSERT INTO dirty_session SELECT id FROM metadata_sessions
    WHERE provider = new.provider AND parent_session_id = new.session_id AND is_subagent = 1
        ON CONFLICT DO NOTHING;
END;
