-- fact_session_tool_call
-- grain: one row per tool call
-- key: call_key
-- merge: by column
CREATE TABLE fact_session_tool_call (
    call_key INTEGER PRIMARY KEY,        -- 64-bit hash of the identity of the call
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- session that owns the row
    agent_id TEXT,                       -- sub-agent that made the call; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the request
    tool_name TEXT NOT NULL,             -- name of the tool in the log
    status TEXT NOT NULL,                -- pending, ok, failed, rejected, interrupted
    finished_at INTEGER,                 -- UTC milliseconds of the result; NULL: pending
    spawned_agent_id TEXT,               -- sub-agent that the call started; NULL: none
    owner_rank INTEGER NOT NULL,         -- rank of the session among those with a copy; the lowest owns the row
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- file that it was read from
    source_offset INTEGER NOT NULL,      -- byte offset of its line
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    error_signature INTEGER,             -- of a failed call: hash of its normalised error (aea/sources/faults.py); NULL: unknown
    refused_by TEXT                      -- of a rejected call: person, rule, hook; NULL: unknown
) STRICT;
CREATE INDEX fact_session_tool_call_session ON fact_session_tool_call (session_id, occurred_at);
