-- view_repository_commit_quality
-- grain: one row per repository with commits; only commits that a ref still leads to, merges counted apart
-- metrics of sql/metric, as of now
CREATE VIEW view_repository_commit_quality AS
SELECT
    repository,
    commit_count,
    (SELECT count(*) FROM event_commit_outcome AS o
        WHERE o.repository = s.repository AND o.is_reachable = 1 AND o.is_merge = 1) AS merge_count,
    author_count,
    lines_added,
    lines_removed,
    unknown_diff_count,
    first_commit_at,
    last_commit_at,
    heavy_commit_count,
    {rates: delivery, quality}
FROM (
    SELECT
        repository,
        count(*) AS commit_count,
        count(DISTINCT author) AS author_count,
        sum(lines_added) AS lines_added,
        sum(lines_removed) AS lines_removed,
        sum(lines_added IS NULL) AS unknown_diff_count,
        min(commit_time) AS first_commit_at,
        max(commit_time) AS last_commit_at,
        sum(heavy_ai_flag IS 1) AS heavy_commit_count,
        {sums: delivery, quality}
    FROM (
        SELECT c.*, 1 AS weight, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS asked_at
        FROM view_commit AS c
    )
    GROUP BY repository
) AS s;
