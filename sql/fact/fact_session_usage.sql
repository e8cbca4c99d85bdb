-- fact_session_usage
-- grain: one row per API response, counted once however many files hold it
-- key: message_key, request_key
-- merge: by column
CREATE TABLE fact_session_usage (
    message_key INTEGER NOT NULL,        -- 64-bit hash of the response's identity
    request_key INTEGER NOT NULL,        -- 64-bit hash of the request id; 0 when there is none
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- the session that owns it
    agent_id TEXT,                       -- the sub-agent that asked; NULL: the main conversation
    model_id INTEGER NOT NULL REFERENCES metadata_models (id), -- the model that answered
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of its first record
    input_tokens INTEGER NOT NULL,       -- prompt tokens that were not cached
    output_tokens INTEGER NOT NULL,      -- tokens written, reasoning included; the greatest seen
    cache_read_tokens INTEGER NOT NULL,  -- prompt tokens read from the cache
    cache_write_5m_tokens INTEGER NOT NULL, -- prompt tokens written to the five-minute cache
    cache_write_1h_tokens INTEGER NOT NULL, -- prompt tokens written to the one-hour cache
    reasoning_tokens INTEGER,            -- part of output; NULL: the provider does not say
    speed TEXT,                          -- service speed, where recorded
    web_search_count INTEGER NOT NULL,   -- searches billed beside the tokens
    is_sidechain INTEGER NOT NULL,       -- 1: recorded in a side conversation
    owner_rank INTEGER NOT NULL,         -- order of the sessions that hold a copy; the least owns
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where it was read
    source_offset INTEGER NOT NULL,      -- byte at which the line starts
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    PRIMARY KEY (message_key, request_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_session_usage_session ON fact_session_usage (session_id, occurred_at);
