-- revert
-- title: Reverted
-- report: quality
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: heavy commits that a later commit reverts
-- denominator: heavy commits
-- excluded: commits whose diff is not available
SELECT
    heavy_ai_flag * reverted_later_flag AS numerator,
    heavy_ai_flag AS denominator,
    '' AS counts_from
FROM view_commit;
