-- event_session_usage
-- grain: one row per (session, model, UTC quarter-hour) with API responses in it
-- key: provider, session_id, model, bucket_at
-- scope: session
-- time: bucket_at
-- reads: build_session_span
-- reads: fact_session_usage -> SELECT session_id FROM fact_session_usage WHERE message_key = row.message_key
-- usage.1: a response in a side conversation is left out when the main conversation holds the same message: the side
-- conversation replayed it under a new request id.
CREATE TABLE event_session_usage (
    provider TEXT NOT NULL,              -- product that ran the session
    session_id TEXT NOT NULL,            -- the provider's id of the session
    model TEXT NOT NULL,                 -- canonical name of the model that answered; (unknown): not recorded
    bucket_at TEXT NOT NULL,             -- start of the quarter-hour, UTC
    root_session_id TEXT NOT NULL,       -- the session itself; of a sub-agent the session that started it
    repository TEXT,                     -- key of the repository it worked in; NULL: unknown
    machine TEXT NOT NULL,               -- key of the machine that the session was read on
    branch_name TEXT,                    -- branch at the first message of the session that has one; NULL: none has
    input_tokens INTEGER NOT NULL,       -- prompt tokens that were not read from a cache or written to one
    output_tokens INTEGER NOT NULL,      -- tokens that the model wrote, reasoning included
    cache_read_tokens INTEGER NOT NULL,  -- prompt tokens read from the cache
    cache_write_5m_tokens INTEGER NOT NULL, -- prompt tokens written to the five-minute cache
    cache_write_1h_tokens INTEGER NOT NULL, -- prompt tokens written to the one-hour cache
    reasoning_tokens INTEGER,            -- reasoning tokens, part of output_tokens; NULL: the provider does not say
    response_count INTEGER NOT NULL,     -- API responses in this quarter-hour
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (provider, session_id, model, bucket_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_session_usage_bucket ON event_session_usage (bucket_at);
CREATE VIEW build_event_session_usage AS
SELECT
    s.session_key,
    s.provider,
    s.session_id,
    coalesce(m.canonical_name, m.model_name) AS model,
    strftime('%Y-%m-%dT%H:%M:%SZ', u.occurred_at / 900000 * 900, 'unixepoch') AS bucket_at,
    s.root_session_id,
    s.repository,
    s.machine,
    s.branch_name,
    sum(u.input_tokens) AS input_tokens,
    sum(u.output_tokens) AS output_tokens,
    sum(u.cache_read_tokens) AS cache_read_tokens,
    sum(u.cache_write_5m_tokens) AS cache_write_5m_tokens,
    sum(u.cache_write_1h_tokens) AS cache_write_1h_tokens,
    sum(u.reasoning_tokens) AS reasoning_tokens,
    count(*) AS response_count,
    max(u.ingested_at) AS ingested_at
FROM build_session_span AS s
INNER JOIN fact_session_usage AS u ON u.session_id = s.session_key
INNER JOIN metadata_models AS m ON m.id = u.model_id
WHERE u.is_sidechain = 0 OR NOT EXISTS (
    SELECT 1 FROM fact_session_usage AS o
    WHERE o.message_key = u.message_key AND o.is_sidechain = 0
)
GROUP BY s.session_key, coalesce(m.canonical_name, m.model_name), u.occurred_at / 900000;
