-- branch
-- title: Branch
-- reports: stats, delivery, quality, sessions, tasks
-- a branch belongs to one repository
SELECT
    repository AS group_repository,
    branch_name AS group_key;
