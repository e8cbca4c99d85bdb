-- heavy_share
-- title: Heavy share
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: heavy commits on the mainline
-- denominator: commits on the mainline
-- excluded: imports; commits that are not covered, or whose AI lines are unknown; commits not on the mainline; copies; commits whose diff is not available
SELECT
    CASE WHEN place = 'mainline' AND ai_lines IS NOT NULL THEN heavy_ai_flag END AS numerator,
    CASE WHEN place = 'mainline' AND ai_lines IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_commit;
