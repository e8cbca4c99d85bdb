-- view_activity
-- grain: one row per (session, quarter-hour) of work, per (session, model, quarter-hour) of tokens, and
-- per commit; measures of the other kinds are 0, so that sums over any part of it are right
-- every report that has a time window or a group is a sum over this view
CREATE VIEW view_activity AS
SELECT
    a.bucket_at AS activity_at,
    a.provider,
    a.root_session_id AS session_id,
    a.repository,
    a.model_name AS model,
    a.branch_name AS branch,
    a.prompt_count,
    a.tool_call_count,
    a.code_change_count,
    a.accepted_lines_added,
    a.accepted_lines_removed,
    0 AS response_count,
    0 AS input_tokens,
    0 AS output_tokens,
    0 AS cache_read_tokens,
    0 AS cache_write_5m_tokens,
    0 AS cache_write_1h_tokens,
    0 AS commit_count
FROM event_session_activity AS a
UNION ALL
SELECT
    u.bucket_at, u.provider, u.root_session_id, u.repository, u.model, u.branch_name,
    0, 0, 0, 0, 0,
    u.response_count, u.input_tokens, u.output_tokens, u.cache_read_tokens,
    u.cache_write_5m_tokens, u.cache_write_1h_tokens, 0
FROM event_session_usage AS u
UNION ALL
SELECT
    c.commit_time, NULL, NULL, c.repository, NULL, NULL,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
FROM event_commit_outcome AS c
WHERE c.is_reachable = 1 AND c.is_merge = 0;
