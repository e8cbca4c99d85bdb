-- ai_share
-- title: AI share
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: added lines that sessions wrote, on the mainline
-- denominator: added lines on the mainline
-- excluded: commits not on the mainline; copies; generated files; commits whose diff is not available
SELECT
    CASE WHEN place = 'mainline' THEN total_matched_ai_lines END AS numerator,
    CASE WHEN place = 'mainline' THEN attributable_lines END AS denominator,
    '' AS counts_from
FROM view_commit;
