-- agent_loop
-- title: Agent loops
-- report: trouble
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: sessions in which one error of the agent's own calls came five times or more, refusals apart
-- denominator: sessions with a prompt
-- excluded: sessions with five or more errors that say nothing and no loop; sessions in which no person typed a prompt
SELECT
    agent_loop_flag AS numerator,
    CASE WHEN agent_loop_flag IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_session_quality;
