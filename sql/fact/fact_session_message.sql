-- fact_session_message
-- grain: one row per message: a record by a person or the assistant that carries text
-- key: message_key
-- merge: owner
CREATE TABLE fact_session_message (
    message_key INTEGER PRIMARY KEY,     -- 64-bit hash of the provider's identity of the record
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- the session that owns it
    agent_id TEXT,                       -- the sub-agent that spoke; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    position INTEGER NOT NULL,           -- order inside one instant
    role TEXT NOT NULL,                  -- user, assistant
    is_prompt INTEGER NOT NULL,          -- 1: typed by a person; opens a turn
    word_count INTEGER NOT NULL,         -- words separated by white space
    is_error_paste INTEGER NOT NULL,     -- 1: the text shows an error (rules: aea/sources/text.py)
    is_continuation INTEGER NOT NULL,    -- 1: the text says that the same trouble goes on
    debug_signature INTEGER,             -- 64-bit hash of the normalised error line; NULL: none
    directory_id INTEGER REFERENCES metadata_directories (id), -- working directory at that record
    branch_name TEXT,                    -- branch at that record
    owner_rank INTEGER NOT NULL,         -- order of the sessions that hold a copy; the least owns
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where it was read
    source_offset INTEGER NOT NULL,      -- byte at which the line starts
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_message_session ON fact_session_message (session_id, occurred_at);
