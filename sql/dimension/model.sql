-- model
-- title: Model
-- reports: stats, delivery, quality, sessions, tasks
SELECT
    NULL AS group_repository,
    coalesce(model_name, CASE WHEN provider IS NULL THEN '(no session)' END) AS group_key;
