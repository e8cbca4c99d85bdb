-- task
-- title: Task
-- reports: delivery, quality, sessions, tasks
-- a task belongs to one repository; ABC-9 comes before ABC-10, and keys without a number come last
SELECT
    repository AS group_repository,
    coalesce(task_key, '(no task)') AS group_key
ORDER BY
    rtrim(group_key, '0123456789') NOT GLOB '*[-#]' OR group_key GLOB '*[-#]',
    upper(rtrim(group_key, '0123456789')),
    CAST(substr(group_key, length(rtrim(group_key, '0123456789')) + 1) AS INTEGER);
