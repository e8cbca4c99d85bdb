-- debug_loop
-- title: Debug loops
-- report: sessions
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: sessions in which the same error came back in five turns or more
-- denominator: sessions with a prompt
-- excluded: sessions in which no person typed a prompt
SELECT
    debug_loop_flag AS numerator,
    CASE WHEN user_turn_count IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_session_quality;
