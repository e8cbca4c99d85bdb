-- view_activity
-- grain: one row per (session, quarter-hour) of work, per (session, model, quarter-hour) of tokens, and per commit
-- a measure that a row does not have is 0, so that any part of the view can be summed; NULL is unknown
CREATE VIEW view_activity AS
SELECT
    a.bucket_at AS activity_at, -- start of the quarter-hour, or the commit's time, UTC
    a.provider, -- product that wrote the session; NULL: a commit
    a.root_session_id AS session_id, -- the session, or the session that started this sub-agent; NULL: a commit
    a.repository, -- key of the repository; NULL: none known
    a.model_name AS model, -- model of the tokens, or the one that answered most; NULL: unknown, or a commit
    a.branch_name AS branch, -- branch at the start of the session; NULL: unknown, or a commit
    a.prompt_count, -- messages typed by a person
    a.tool_call_count, -- tools asked for
    a.code_change_count, -- accepted writes to a file
    a.accepted_lines_added, -- lines added by accepted writes
    a.accepted_lines_removed, -- lines removed by accepted writes
    0 AS response_count, -- API responses
    0 AS input_tokens, -- prompt tokens that were not cached
    0 AS output_tokens, -- tokens written, reasoning included
    0 AS cache_read_tokens, -- prompt tokens read from the cache
    0 AS cache_write_5m_tokens, -- prompt tokens cached for 5 minutes
    0 AS cache_write_1h_tokens, -- prompt tokens cached for an hour
    0 AS unfinished_response_count, -- API responses whose output count is not final; NULL: not known
    0 AS unknown_response_count, -- API responses of which it is not known whether it is
    0 AS estimated_output_tokens, -- tokens written, with unfinished counts estimated; NULL: not known
    0 AS commit_count -- 1: a commit on the mainline or open, neither a copy nor a merge
FROM event_session_activity AS a
UNION ALL
SELECT
    u.bucket_at, u.provider, u.root_session_id, u.repository, u.model, u.branch_name,
    0, 0, 0, 0, 0,
    u.response_count, u.input_tokens, u.output_tokens, u.cache_read_tokens,
    u.cache_write_5m_tokens, u.cache_write_1h_tokens,
    u.unfinished_response_count, u.unknown_response_count, u.estimated_output_tokens, 0
FROM event_session_usage AS u
UNION ALL
SELECT
    c.commit_time, NULL, NULL, c.repository, NULL, NULL,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
FROM event_commit_outcome AS c
WHERE c.place IN ('mainline', 'open') AND c.is_merge = 0;
