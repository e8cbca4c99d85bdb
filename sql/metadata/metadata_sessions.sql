-- metadata_sessions
-- grain: one row per session
-- key: provider, session_id
-- merge: by column
-- never: DELETE
CREATE TABLE metadata_sessions (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    provider TEXT NOT NULL,              -- provider that wrote it
    session_id TEXT NOT NULL,            -- id of the session in that provider
    parent_session_id TEXT,              -- session that it was forked from or started by; NULL: none recorded
    is_subagent INTEGER NOT NULL,        -- 1: started by the parent session, not by a person
    directory_id INTEGER REFERENCES metadata_directories (id), -- working directory at its earliest record
    directory_seen_at INTEGER,           -- UTC milliseconds of that record
    machine_id INTEGER NOT NULL REFERENCES metadata_machines (id), -- machine that it was read on
    client_version TEXT,                 -- version of the provider, from the first record that was read
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    UNIQUE (provider, session_id)
) STRICT;
CREATE INDEX metadata_sessions_directory ON metadata_sessions (directory_id);
CREATE INDEX metadata_sessions_parent ON metadata_sessions (provider, parent_session_id)
    WHERE parent_session_id IS NOT NULL;
