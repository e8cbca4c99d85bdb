-- heavy_share
-- title: Heavy share
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: heavy commits
-- denominator: commits whose diff is available
-- excluded: commits whose diff is not available
SELECT
    heavy_ai_flag AS numerator,
    CASE WHEN heavy_ai_flag IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_commit;
