-- build_session_trouble
-- grain: one row per session: where its work went wrong, with the sub-agents that it started
-- reads: build_session_member
-- reads: fact_session_tool_call -> session_id
-- reads: fact_session_tool_call -> SELECT parent_key FROM dirty_session_parent WHERE session_key = row.session_id
-- reads: fact_session_interruption -> session_id
-- reads: derived_session_undone -> session_id
-- reads: derived_session_undone -> SELECT parent_key FROM dirty_session_parent WHERE session_key = row.session_id
-- agent_loop.1: five failed calls or more with one error_signature (aea/sources/faults.py). Refused and interrupted calls
-- have none, nor have errors that say nothing; five of these or more leave the flag unknown.
-- Interruptions are those of the main conversation: a sub-agent is stopped with it.
CREATE VIEW build_session_trouble AS
SELECT
    s.id AS session_key,
    (SELECT count(*) FROM fact_session_tool_call AS c WHERE c.status IN ('ok', 'failed')
        AND c.session_id IN (SELECT m.member_key FROM build_session_member AS m WHERE m.session_key = s.id))
        AS finished_tool_call_count,
    (SELECT count(*) FROM fact_session_tool_call AS c WHERE c.status = 'failed'
        AND c.session_id IN (SELECT m.member_key FROM build_session_member AS m WHERE m.session_key = s.id))
        AS failed_tool_call_count,
    (SELECT count(*) FROM fact_session_tool_call AS c WHERE c.status = 'rejected'
        AND c.session_id IN (SELECT m.member_key FROM build_session_member AS m WHERE m.session_key = s.id))
        AS refused_tool_call_count,
    coalesce((SELECT CASE
            WHEN max(e.call_count) FILTER (WHERE e.error_signature IS NOT NULL) >= 5 THEN 1
            WHEN max(e.call_count) FILTER (WHERE e.error_signature IS NULL) >= 5 THEN -1
        END
        FROM (
            SELECT c.error_signature, count(*) AS call_count FROM fact_session_tool_call AS c
            WHERE c.status = 'failed'
                AND c.session_id IN (SELECT m.member_key FROM build_session_member AS m WHERE m.session_key = s.id)
            GROUP BY c.error_signature
        ) AS e), 0) AS loop_state, -- 1: a loop, 0: none, -1: unknown
    (SELECT count(*) FROM fact_session_interruption AS i WHERE i.session_id = s.id AND i.agent_id IS NULL)
        AS interruption_count,
    (SELECT coalesce(sum(u.lines_added), 0) FROM derived_session_undone AS u
        WHERE u.session_id IN (SELECT m.member_key FROM build_session_member AS m WHERE m.session_key = s.id))
        AS written_line_count,
    (SELECT coalesce(sum(u.lines_undone), 0) FROM derived_session_undone AS u
        WHERE u.session_id IN (SELECT m.member_key FROM build_session_member AS m WHERE m.session_key = s.id))
        AS undone_line_count
FROM metadata_sessions AS s;
