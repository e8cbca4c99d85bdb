-- ai_share
-- title: AI share
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: added lines on the mainline that sessions wrote, or that other records say are AI's
-- denominator: added lines on the mainline of commits whose coverage is known
-- excluded: commits not on the mainline; copies; imports; commits that are not covered, or whose AI lines are unknown; generated files
SELECT
    CASE WHEN place = 'mainline' THEN ai_lines END AS numerator,
    CASE WHEN place = 'mainline' AND ai_lines IS NOT NULL THEN attributable_lines END AS denominator,
    '' AS counts_from
FROM view_commit;
