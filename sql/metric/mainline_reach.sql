-- mainline_reach
-- title: Mainline reach
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: higher
-- numerator: heavy commits on the mainline
-- denominator: heavy commits on the mainline and open ones
-- excluded: copies; repositories without a known mainline
SELECT
    heavy_ai_flag * merged_to_mainline_flag AS numerator,
    heavy_ai_flag AS denominator,
    '' AS counts_from
FROM view_commit;
