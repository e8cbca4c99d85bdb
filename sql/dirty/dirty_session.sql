-- dirty_session
-- grain: one row per session whose event rows must be refreshed before the transaction ends
-- key: session_key
-- stage: events
-- all: SELECT id FROM metadata_sessions
-- scope: session
-- natural key: provider, session_id
-- look up: SELECT provider, session_id FROM metadata_sessions WHERE id = ?
CREATE TABLE dirty_session (
    session_key INTEGER PRIMARY KEY      -- metadata_sessions.id
) STRICT;
