-- day
-- title: Day
-- reports: stats
-- a local day of the zone asked for
SELECT
    NULL AS group_repository,
    (
        SELECT c.local_day FROM metadata_calendar AS c
        WHERE c.time_zone = :time_zone AND c.start_at <= happened_at
        ORDER BY c.start_at DESC LIMIT 1
    ) AS group_key;
