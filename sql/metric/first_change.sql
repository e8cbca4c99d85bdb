-- first_change
-- title: First change
-- report: sessions
-- statistic: median
-- unit: minutes
-- better: lower
-- value: minutes from the start of a session to its first accepted change
-- excluded: sessions without an accepted change; sessions in which no person typed a prompt
SELECT
    minutes_to_first_accepted_change AS value,
    '' AS counts_from
FROM view_session_quality;
