-- fact_session_message
-- grain: one row per message: a record with text by a person or the assistant
-- key: message_key
-- merge: owner
CREATE TABLE fact_session_message (
    message_key INTEGER PRIMARY KEY,     -- 64-bit hash of the identity of the record
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- session that owns the row
    agent_id TEXT,                       -- sub-agent that it belongs to; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    position INTEGER NOT NULL,           -- order among messages with the same instant
    role TEXT NOT NULL,                  -- user, assistant
    is_prompt INTEGER NOT NULL,          -- 1: typed by a person; starts a turn
    word_count INTEGER NOT NULL,         -- number of words separated by white space
    is_error_paste INTEGER NOT NULL,     -- 1: the text shows an error (rules: aea/sources/text.py)
    is_continuation INTEGER NOT NULL,    -- 1: the text says that the problem persists
    debug_signature INTEGER,             -- 64-bit hash of the normalised error line; NULL: none
    directory_id INTEGER REFERENCES metadata_directories (id), -- working directory at the time
    branch_name TEXT,                    -- branch at the time
    owner_rank INTEGER NOT NULL,         -- rank of the session among those with a copy; the lowest owns the row
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- file that it was read from
    source_offset INTEGER NOT NULL,      -- byte offset of its line
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_message_session ON fact_session_message (session_id, occurred_at);
