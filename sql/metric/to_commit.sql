-- to_commit
-- title: Committed
-- report: sessions
-- statistic: ratio
-- unit: share
-- better: higher
-- numerator: sessions with lines in a commit made between their start and four hours after their end
-- denominator: sessions with a prompt
-- excluded: sessions in which no person typed a prompt
SELECT
    commit_within_window_flag AS numerator,
    CASE WHEN user_turn_count IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_session_quality;
