-- view_usage_by_model
-- grain: one row per (provider, model) with API responses
CREATE VIEW view_usage_by_model AS
SELECT
    u.provider,
    u.model,
    sum(u.response_count) AS response_count,
    sum(u.input_tokens) AS input_tokens,
    sum(u.output_tokens) AS output_tokens,
    sum(u.cache_read_tokens) AS cache_read_tokens,
    sum(u.cache_write_5m_tokens) AS cache_write_5m_tokens,
    sum(u.cache_write_1h_tokens) AS cache_write_1h_tokens,
    sum(u.reasoning_tokens) AS reasoning_tokens
FROM event_session_usage AS u
GROUP BY u.provider, u.model;
