-- dirty_session
-- grain: one row per session whose events must be refreshed before the transaction ends
-- key: session_key
-- stage: events
-- all: SELECT id FROM metadata_sessions
-- scope: session
-- natural key: provider, session_id
-- look up: SELECT provider, session_id FROM metadata_sessions WHERE id = ?
-- ON CONFLICT DO NOTHING, not OR IGNORE: an upsert that fires a trigger overrides the latter
CREATE TABLE dirty_session (
    session_key INTEGER PRIMARY KEY      -- metadata_sessions.id
) STRICT;
CREATE TRIGGER dirty_message_added AFTER INSERT ON fact_session_message BEGIN
    INSERT INTO dirty_session VALUES (new.session_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_message_changed AFTER UPDATE ON fact_session_message BEGIN
    INSERT INTO dirty_session VALUES (old.session_id), (new.session_id) ON CONFLICT DO NOTHING;
END;
-- a side conversation that replays a response of the main one does not count it: both are touched
CREATE TRIGGER dirty_usage_added AFTER INSERT ON fact_session_usage BEGIN
    INSERT INTO dirty_session
    SELECT session_id FROM fact_session_usage WHERE message_key = new.message_key
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_usage_changed AFTER UPDATE ON fact_session_usage BEGIN
    INSERT INTO dirty_session VALUES (old.session_id) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_session
    SELECT session_id FROM fact_session_usage WHERE message_key = new.message_key
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_tool_call_added AFTER INSERT ON fact_session_tool_call BEGIN
    INSERT INTO dirty_session VALUES (new.session_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_tool_call_changed AFTER UPDATE ON fact_session_tool_call BEGIN
    INSERT INTO dirty_session VALUES (old.session_id), (new.session_id) ON CONFLICT DO NOTHING;
END;
-- what a sub-agent wrote is also output of the session that started it
CREATE TRIGGER dirty_code_change_added AFTER INSERT ON fact_session_code_change BEGIN
    INSERT INTO dirty_session VALUES (new.session_id) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_session
    SELECT p.id FROM metadata_sessions AS s INNER JOIN metadata_sessions AS p
        ON p.provider = s.provider AND p.session_id = s.parent_session_id
    WHERE s.id = new.session_id
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_code_change_changed AFTER UPDATE ON fact_session_code_change BEGIN
    INSERT INTO dirty_session VALUES (old.session_id), (new.session_id) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_session
    SELECT p.id FROM metadata_sessions AS s INNER JOIN metadata_sessions AS p
        ON p.provider = s.provider AND p.session_id = s.parent_session_id
    WHERE s.id IN (old.session_id, new.session_id)
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_session_added AFTER INSERT ON metadata_sessions BEGIN
    INSERT INTO dirty_session VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_session_changed AFTER UPDATE ON metadata_sessions BEGIN
    INSERT INTO dirty_session VALUES (new.id) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_session
    SELECT p.id FROM metadata_sessions AS p
    WHERE p.provider = new.provider
        AND p.session_id IN (new.parent_session_id, old.parent_session_id)
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_directory_changed AFTER UPDATE OF repository_id ON metadata_directories BEGIN
    INSERT INTO dirty_session
    SELECT id FROM metadata_sessions WHERE directory_id = new.id
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_session_repository AFTER UPDATE OF repository_key ON metadata_repositories BEGIN
    INSERT INTO dirty_session
    SELECT s.id FROM metadata_directories AS d
    INNER JOIN metadata_sessions AS s ON s.directory_id = d.id WHERE d.repository_id = new.id
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_branch_changed AFTER UPDATE OF task_id ON metadata_branches BEGIN
    INSERT INTO dirty_session
    SELECT s.id FROM metadata_directories AS d
    INNER JOIN metadata_sessions AS s ON s.directory_id = d.id
    WHERE d.repository_id = new.repository_id
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_branch_added AFTER INSERT ON metadata_branches WHEN new.task_id IS NOT NULL BEGIN
    INSERT INTO dirty_session
    SELECT s.id FROM metadata_directories AS d
    INNER JOIN metadata_sessions AS s ON s.directory_id = d.id
    WHERE d.repository_id = new.repository_id
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_session_matched AFTER INSERT ON fact_commit_session_match
WHEN new.session_id > 0 BEGIN
    INSERT INTO dirty_session
    SELECT new.session_id UNION SELECT p.id
    FROM metadata_sessions AS s INNER JOIN metadata_sessions AS p
        ON p.provider = s.provider AND p.session_id = s.parent_session_id
    WHERE s.id = new.session_id AND s.is_subagent = 1 ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_session_unmatched AFTER DELETE ON fact_commit_session_match
WHEN old.session_id > 0 BEGIN
    INSERT INTO dirty_session
    SELECT old.session_id UNION SELECT p.id
    FROM metadata_sessions AS s INNER JOIN metadata_sessions AS p
        ON p.provider = s.provider AND p.session_id = s.parent_session_id
    WHERE s.id = old.session_id AND s.is_subagent = 1 ON CONFLICT DO NOTHING;
END;
