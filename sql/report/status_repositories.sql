-- status_repositories
-- grain: one row per known repository
-- its number of commits, its latest commit, and one place where it is on this disk
SELECT
    r.repository_key AS repository,
    (
        SELECT d.directory_path
        FROM metadata_directories AS d
        WHERE d.repository_id = r.id AND d.is_root = 1 AND d.resolved_by = 'git'
        ORDER BY d.id
        LIMIT 1
    ) AS root,
    (SELECT count(*) FROM fact_commit AS c WHERE c.repository_id = r.id) AS commit_count,
    (SELECT max(c.occurred_at) FROM fact_commit AS c WHERE c.repository_id = r.id) AS last_commit_at_ms
FROM metadata_repositories AS r
ORDER BY r.repository_key;
