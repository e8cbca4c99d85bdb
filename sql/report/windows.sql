-- windows
-- grain: one row per window of aea stats: today, 7 days and 30 days, all ending today
-- parameters: time_zone, now (UTC text)
SELECT
    w.name,
    s.start_at AS since,
    t.end_at AS until
FROM metadata_calendar AS t
INNER JOIN (
    SELECT 'today' AS name, 0 AS days_back
    UNION ALL SELECT '7 days', 6
    UNION ALL SELECT '30 days', 29
) AS w
INNER JOIN metadata_calendar AS s
    ON s.time_zone = t.time_zone AND s.day_number = t.day_number - w.days_back
WHERE t.time_zone = :time_zone
    AND t.start_at = (SELECT max(c.start_at) FROM metadata_calendar AS c
        WHERE c.time_zone = :time_zone AND c.start_at <= :now)
ORDER BY w.days_back;
