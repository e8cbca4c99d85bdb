-- first_change
-- title: First change
-- report: sessions
-- unit: minutes
-- better: lower
-- numerator: minutes from the session's first fact to its first accepted change of a line
-- denominator: sessions
-- left out: sessions without an accepted change
SELECT
    minutes_to_first_accepted_change AS numerator,
    CASE WHEN minutes_to_first_accepted_change IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_task_session;
