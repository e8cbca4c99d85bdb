-- ai_share
-- title: AI share
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: added lines that sessions wrote
-- denominator: added lines
-- excluded: generated files; commits whose diff is not available
SELECT
    total_matched_ai_lines AS numerator,
    attributable_lines AS denominator,
    '' AS counts_from
FROM view_commit;
