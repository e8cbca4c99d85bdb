-- revert_of_others
-- title: Reverted, others
-- report: quality
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: other commits that a later commit reverts
-- denominator: other commits
-- excluded: imports; commits that are not covered, or whose AI lines are unknown; commits whose diff is not available
SELECT
    (1 - heavy_ai_flag) * reverted_later_flag * (ai_lines IS NOT NULL) AS numerator,
    (1 - heavy_ai_flag) * (ai_lines IS NOT NULL) AS denominator,
    '' AS counts_from
FROM view_commit;
