-- mainline_reach
-- title: Mainline reach
-- report: delivery
-- unit: share
-- better: higher
-- numerator: heavy commits whose change the mainline has
-- denominator: heavy commits
-- left out: repositories without a known mainline
SELECT
    heavy_ai_flag * merged_to_mainline_flag AS numerator,
    heavy_ai_flag AS denominator,
    '' AS counts_from
FROM view_commit;
