-- view_usage_by_day
-- grain: one row per (time zone, local day) with API responses
CREATE VIEW view_usage_by_day AS
SELECT
    c.time_zone,
    c.local_day,
    c.local_week,
    c.local_month,
    sum(u.response_count) AS response_count,
    sum(u.input_tokens) AS input_tokens,
    sum(u.output_tokens) AS output_tokens,
    sum(u.cache_read_tokens) AS cache_read_tokens,
    sum(u.cache_write_5m_tokens) AS cache_write_5m_tokens,
    sum(u.cache_write_1h_tokens) AS cache_write_1h_tokens,
    sum(u.reasoning_tokens) AS reasoning_tokens
FROM metadata_calendar AS c
INNER JOIN event_session_usage AS u ON u.bucket_at >= c.start_at AND u.bucket_at < c.end_at
GROUP BY c.time_zone, c.local_day, c.local_week, c.local_month;
