-- build_session_span
-- grain: one row per session with at least one message, response or tool call: when it ran and what it used most
-- reads: build_session
-- reads: fact_session_message -> session_id
-- reads: fact_session_usage -> session_id
-- reads: fact_session_tool_call -> session_id
-- reads: metadata_models, constant
-- Subqueries instead of joins: each is answered from an index, however long the session is.
CREATE VIEW build_session_span AS
SELECT
    s.*,
    min(
        coalesce((SELECT min(f.occurred_at) FROM fact_session_message AS f
            WHERE f.session_id = s.session_key), 9e15),
        coalesce((SELECT min(f.occurred_at) FROM fact_session_usage AS f
            WHERE f.session_id = s.session_key), 9e15),
        coalesce((SELECT min(f.occurred_at) FROM fact_session_tool_call AS f
            WHERE f.session_id = s.session_key), 9e15)
    ) AS started_ms,
    max(
        coalesce((SELECT max(f.occurred_at) FROM fact_session_message AS f
            WHERE f.session_id = s.session_key), 0),
        coalesce((SELECT max(f.occurred_at) FROM fact_session_usage AS f
            WHERE f.session_id = s.session_key), 0),
        coalesce((SELECT max(f.occurred_at) FROM fact_session_tool_call AS f
            WHERE f.session_id = s.session_key), 0)
    ) AS ended_ms,
    (SELECT f.branch_name FROM fact_session_message AS f
        WHERE f.session_id = s.session_key AND f.branch_name IS NOT NULL
        ORDER BY f.occurred_at, f.position, f.message_key LIMIT 1) AS branch_name,
    (SELECT coalesce(o.canonical_name, o.model_name) FROM fact_session_usage AS f
        INNER JOIN metadata_models AS o ON o.id = f.model_id
        WHERE f.session_id = s.session_key
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) AS model_name
FROM build_session AS s
WHERE EXISTS (SELECT 1 FROM fact_session_message AS f WHERE f.session_id = s.session_key)
    OR EXISTS (SELECT 1 FROM fact_session_usage AS f WHERE f.session_id = s.session_key)
    OR EXISTS (SELECT 1 FROM fact_session_tool_call AS f WHERE f.session_id = s.session_key);
