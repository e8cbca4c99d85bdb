-- week
-- title: Week
-- reports: stats, delivery, quality, sessions, tasks
-- the Monday on or before the local day
SELECT
    NULL AS group_repository,
    date({day}, 'weekday 0', '-6 days') AS group_key
ORDER BY
    group_key DESC;
