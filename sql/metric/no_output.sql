-- no_output
-- title: No output
-- report: sessions
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: sessions without an accepted change
-- denominator: sessions with a prompt
-- excluded: sessions in which no person typed a prompt
SELECT
    1 - accepted_output_flag AS numerator,
    CASE WHEN user_turn_count IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_session_quality;
