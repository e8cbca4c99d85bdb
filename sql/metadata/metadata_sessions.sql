-- metadata_sessions
-- grain: one row per session
-- key: provider, session_id
-- merge: by column
-- never: DELETE
CREATE TABLE metadata_sessions (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    provider TEXT NOT NULL,              -- which product wrote it
    session_id TEXT NOT NULL,            -- the provider's own id
    parent_session_id TEXT,              -- the session that forked or spawned it, where recorded
    is_subagent INTEGER NOT NULL,        -- 1: started by the parent session, not by a person
    directory_id INTEGER REFERENCES metadata_directories (id), -- working directory at the earliest record
    directory_seen_at INTEGER,           -- UTC milliseconds of that record
    machine_id INTEGER NOT NULL REFERENCES metadata_machines (id), -- where it was read
    client_version TEXT,                 -- version of the product, as first met
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    UNIQUE (provider, session_id)
) STRICT;
CREATE INDEX metadata_sessions_directory ON metadata_sessions (directory_id);
CREATE INDEX metadata_sessions_parent ON metadata_sessions (provider, parent_session_id)
    WHERE parent_session_id IS NOT NULL;
