-- fact_session_interruption
-- grain: one row per time that a person stopped the agent in the middle of its work
-- key: interruption_key
-- merge: owner
CREATE TABLE fact_session_interruption (
    interruption_key INTEGER PRIMARY KEY, -- 64-bit hash of the identity of the record
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- session that owns the row
    agent_id TEXT,                       -- sub-agent that was stopped; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    stopped TEXT NOT NULL,               -- response; tool: while a tool ran or waited for permission
    owner_rank INTEGER NOT NULL,         -- rank of the session among those with a copy; the lowest owns the row
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- file that it was read from
    source_offset INTEGER NOT NULL,      -- byte offset of its line
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_interruption_session ON fact_session_interruption (session_id);
