-- heavy_share
-- title: Heavy share
-- report: delivery
-- unit: share
-- better: neither
-- numerator: heavy commits
-- denominator: commits
-- left out: commits that add no line or whose diff is not here
SELECT
    heavy_ai_flag AS numerator,
    CASE WHEN heavy_ai_flag IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_commit;
