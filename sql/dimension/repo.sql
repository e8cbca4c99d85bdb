-- repo
-- title: Repository
-- reports: stats, delivery, quality, sessions, tasks
SELECT
    NULL AS group_repository,
    coalesce(repository, '(none)') AS group_key;
