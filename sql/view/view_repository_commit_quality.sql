-- view_repository_commit_quality
-- grain: one row per repository with commits; only commits that a ref still leads to
-- shares on the mainline are NULL: not known yet
CREATE VIEW view_repository_commit_quality AS
SELECT
    repository,
    count(*) AS commit_count,
    sum(is_merge) AS merge_count,
    count(DISTINCT author) AS author_count,
    sum(CASE WHEN is_merge = 0 THEN lines_added END) AS lines_added,
    sum(CASE WHEN is_merge = 0 THEN lines_removed END) AS lines_removed,
    sum(CASE WHEN commit_total_changed_lines IS NULL THEN 1 ELSE 0 END) AS unknown_diff_count,
    min(commit_time) AS first_commit_at,
    max(commit_time) AS last_commit_at,
    sum(heavy_ai_flag) AS heavy_commit_count,
    sum(heavy_ai_flag) * 1.0 / nullif(count(heavy_ai_flag), 0) AS heavy_share,
    sum(heavy_ai_flag * merged_to_mainline_flag) * 1.0 / nullif(sum(heavy_ai_flag), 0)
        AS mainline_share,
    sum(heavy_ai_flag * reverted_later_flag) * 1.0 / nullif(sum(heavy_ai_flag), 0) AS reverted_share
FROM event_commit_outcome
WHERE is_reachable = 1
GROUP BY repository;
