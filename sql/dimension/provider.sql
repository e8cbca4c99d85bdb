-- provider
-- title: Provider
-- reports: stats, delivery, quality, sessions, tasks
SELECT
    NULL AS group_repository,
    coalesce(provider, '(no session)') AS group_key;
