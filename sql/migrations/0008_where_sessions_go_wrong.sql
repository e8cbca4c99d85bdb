-- 0008_where_sessions_go_wrong
-- How failed and refused tool calls ended, and when a person stopped the agent. Sources are read again.
ALTER TABLE fact_session_tool_call ADD COLUMN error_signature INTEGER;
ALTER TABLE fact_session_tool_call ADD COLUMN refused_by TEXT;
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
