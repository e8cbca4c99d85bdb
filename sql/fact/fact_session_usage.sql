-- fact_session_usage
-- grain: one row per API response, however many files have a copy
-- key: message_key, request_key
-- merge: by column
CREATE TABLE fact_session_usage (
    message_key INTEGER NOT NULL,        -- 64-bit hash of the identity of the response
    request_key INTEGER NOT NULL,        -- 64-bit hash of the request id; 0: no request id
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- session that owns the row
    agent_id TEXT,                       -- sub-agent that made the request; NULL: the main conversation
    model_id INTEGER NOT NULL REFERENCES metadata_models (id), -- model that answered
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of its first record
    input_tokens INTEGER NOT NULL,       -- prompt tokens, excluding cache reads and writes
    output_tokens INTEGER NOT NULL,      -- output tokens including reasoning; a final count, else the highest of all copies
    cache_read_tokens INTEGER NOT NULL,  -- prompt tokens read from the cache
    cache_write_5m_tokens INTEGER NOT NULL, -- prompt tokens written to the five-minute cache
    cache_write_1h_tokens INTEGER NOT NULL, -- prompt tokens written to the one-hour cache
    reasoning_tokens INTEGER,            -- part of output_tokens; NULL: not recorded
    speed TEXT,                          -- service speed, such as standard or fast; NULL: not recorded
    web_search_count INTEGER NOT NULL,   -- web searches, billed in addition to tokens
    is_sidechain INTEGER NOT NULL,       -- 1: recorded in a side conversation
    owner_rank INTEGER NOT NULL,         -- rank of the session among those with a copy; the lowest owns the row
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- file that it was read from
    source_offset INTEGER NOT NULL,      -- byte offset of its line
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    is_final INTEGER,                    -- 1: output_tokens is final; 0: a count of the moment, too low; NULL: not known
    is_excerpt INTEGER,                  -- 1: only a parent session's progress records are known; 0: its own; NULL: not known
    text_characters INTEGER,             -- characters of text that the model wrote; NULL: not recorded
    thinking_characters INTEGER,         -- characters of its thinking; NULL: hidden, or not recorded
    tool_input_characters INTEGER,       -- characters of the JSON that it passed to tools; NULL: not recorded
    PRIMARY KEY (message_key, request_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_session_usage_session ON fact_session_usage (session_id, occurred_at);
