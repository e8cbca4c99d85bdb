-- view_repository_commit_quality
-- grain: one row per repository with reachable commits
-- the metrics of delivery and quality as of now
CREATE VIEW view_repository_commit_quality AS
WITH work AS (
    SELECT c.*, 1 AS weight, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS as_of
    FROM view_commit AS c
),
totals AS (
    SELECT
        repository,
        sum(place = 'mainline') AS commit_count,
        sum(place = 'open') AS open_commit_count,
        count(DISTINCT author) AS author_count,
        sum(lines_added) FILTER (WHERE place = 'mainline') AS lines_added,
        sum(lines_removed) FILTER (WHERE place = 'mainline') AS lines_removed,
        sum(lines_added IS NULL) AS unknown_diff_count,
        min(commit_time) AS first_commit_at,
        max(commit_time) AS last_commit_at,
        sum(place = 'mainline' AND heavy_ai_flag IS 1) AS heavy_commit_count,
        {sums: delivery, quality}
    FROM {ranked: delivery, quality FROM work BY repository}
    GROUP BY repository
),
lines AS (
    SELECT l.*, l.line_count AS weight, '' AS as_of FROM view_commit_lead AS l
),
lead AS (
    SELECT repository AS lead_repository, {sums: lead}
    FROM {ranked: lead FROM lines BY repository}
    GROUP BY repository
)
SELECT
    repository, -- key of the repository
    commit_count, -- commits on the mainline, excluding copies and merges
    open_commit_count, -- open commits: a ref reaches them, and the mainline does not have their change
    (SELECT count(*) FROM event_commit_outcome AS o
        WHERE o.repository = t.repository AND o.is_reachable = 1 AND o.is_merge = 1) AS merge_count, -- reachable merges
    author_count, -- authors of the commits
    lines_added, -- lines added by commits on the mainline
    lines_removed, -- lines removed by commits on the mainline
    unknown_diff_count, -- commits whose diff is not available
    first_commit_at, -- time of the earliest commit, UTC
    last_commit_at, -- time of the latest commit, UTC
    heavy_commit_count, -- heavy commits
    {rates: delivery, quality, lead}
FROM totals AS t
LEFT JOIN lead AS l ON l.lead_repository = t.repository;
