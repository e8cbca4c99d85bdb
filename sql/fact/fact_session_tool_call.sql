-- fact_session_tool_call
-- grain: one row per tool call
-- key: call_key
-- merge: by column
CREATE TABLE fact_session_tool_call (
    call_key INTEGER PRIMARY KEY,        -- 64-bit hash of the provider's identity of the call
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- the session that owns it
    agent_id TEXT,                       -- the sub-agent that called; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was asked for
    tool_name TEXT NOT NULL,             -- as the provider calls it
    status TEXT NOT NULL,                -- pending, ok, failed, rejected
    finished_at INTEGER,                 -- UTC milliseconds of its result; NULL while pending
    spawned_agent_id TEXT,               -- the sub-agent this call started
    owner_rank INTEGER NOT NULL,         -- order of the sessions that hold a copy; the least owns
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where it was read
    source_offset INTEGER NOT NULL,      -- byte at which the line starts
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_tool_call_session ON fact_session_tool_call (session_id, occurred_at);
