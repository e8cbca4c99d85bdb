-- view_usage_by_model
-- grain: one row per (provider, model) with API responses
CREATE VIEW view_usage_by_model AS
SELECT
    u.provider, -- product that wrote the sessions
    u.model, -- the model that answered; (unknown) if not recorded
    sum(u.response_count) AS response_count, -- API responses
    sum(u.input_tokens) AS input_tokens, -- prompt tokens that were not cached
    sum(u.output_tokens) AS output_tokens, -- tokens written, reasoning included; a lower bound if responses are unfinished
    sum(u.cache_read_tokens) AS cache_read_tokens, -- prompt tokens read from the cache
    sum(u.cache_write_5m_tokens) AS cache_write_5m_tokens, -- prompt tokens cached for 5 minutes
    sum(u.cache_write_1h_tokens) AS cache_write_1h_tokens, -- prompt tokens cached for an hour
    sum(u.reasoning_tokens) AS reasoning_tokens, -- part of output_tokens; NULL: no provider says
    sum(u.unfinished_response_count) AS unfinished_response_count, -- responses whose output count is not final; NULL: of none it is known
    sum(u.unknown_response_count) AS unknown_response_count, -- responses of which it is not known whether it is
    CASE WHEN count(*) = count(u.estimated_output_tokens) THEN sum(u.estimated_output_tokens)
        END AS estimated_output_tokens -- output_tokens with unfinished counts estimated; NULL: of some it is not known
FROM event_session_usage AS u
GROUP BY u.provider, u.model;
