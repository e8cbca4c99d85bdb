-- event_session_usage
-- grain: one row per (session, model, UTC quarter-hour) with API responses in it
-- key: provider, session_id, model, bucket_at
-- scope: session
-- time: bucket_at
-- reads: build_session_span
-- reads: fact_session_usage -> SELECT session_id FROM fact_session_usage WHERE message_key = row.message_key
-- reads: derived_output_ratio (tokens_per_1000_characters) -> SELECT session_id FROM derived_session_output
--     WHERE model_family = row.model_family AND unfinished_count > 0
-- usage.2: a response in a side conversation is left out when the main conversation holds the same message: the side
-- conversation replayed it under a new request id. So is a response in an excerpt, if the agent's own log has it.
-- estimate.1: an output count that is final is taken as it is. Of any other, the larger one of what is recorded and the
-- characters times the ratio of the model family (derived_output_ratio), or 330 tokens for 1,000 characters if the
-- history has too few final responses: that is the ratio of 522 real ones. Characters that are not known add nothing.
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
    unfinished_response_count INTEGER,   -- of these, with an output count that is not final; NULL: of no response it is known
    unknown_response_count INTEGER NOT NULL, -- of these, read by an earlier aea from a file that is gone: final or not
    estimated_output_tokens INTEGER,     -- final counts as recorded, others estimated; NULL: of some it is not known
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
    sum(u.is_final = 0) AS unfinished_response_count,
    count(*) - count(u.is_final) AS unknown_response_count,
    CASE WHEN count(*) = count(u.is_final) THEN sum(
        CASE u.is_final WHEN 1 THEN u.output_tokens ELSE max(u.output_tokens, (
            (coalesce(u.text_characters, 0) + coalesce(u.thinking_characters, 0)
                + coalesce(u.tool_input_characters, 0)) * coalesce(o.tokens_per_1000_characters, 330) + 500
        ) / 1000) END
    ) END AS estimated_output_tokens,
    max(u.ingested_at) AS ingested_at
FROM build_session_span AS s
INNER JOIN fact_session_usage AS u ON u.session_id = s.session_key
INNER JOIN metadata_models AS m ON m.id = u.model_id
LEFT JOIN derived_output_ratio AS o
    ON o.model_family = rtrim(coalesce(m.canonical_name, m.model_name), '0123456789-.')
WHERE (u.is_sidechain = 0 OR NOT EXISTS (
    SELECT 1 FROM fact_session_usage AS f
    WHERE f.message_key = u.message_key AND f.is_sidechain = 0
))
    AND (coalesce(u.is_excerpt, 0) = 0 OR NOT EXISTS (
        SELECT 1 FROM fact_session_usage AS f
        WHERE f.message_key = u.message_key AND coalesce(f.is_excerpt, 0) = 0
    ))
GROUP BY s.session_key, coalesce(m.canonical_name, m.model_name), u.occurred_at / 900000;
