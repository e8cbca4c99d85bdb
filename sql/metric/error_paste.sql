-- error_paste
-- title: Error pastes
-- report: sessions
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: sessions in which an error was pasted after the first prompt
-- denominator: sessions with a prompt
-- excluded: sessions in which no person typed a prompt
SELECT
    mid_session_error_paste_flag AS numerator,
    CASE WHEN user_turn_count IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_session_quality;
