-- interruption
-- title: Interruptions
-- report: trouble
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: sessions in which a person stopped the agent in the middle of its work
-- denominator: sessions with a prompt
-- excluded: sessions in which no person typed a prompt
SELECT
    interruption_count > 0 AS numerator,
    CASE WHEN interruption_count IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_session_quality;
