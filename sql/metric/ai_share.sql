-- ai_share
-- title: AI share
-- report: delivery
-- unit: share
-- better: neither
-- numerator: added lines that sessions wrote
-- denominator: added lines
-- left out: generated files; commits whose diff is not here
SELECT
    total_matched_ai_lines AS numerator,
    attributable_lines AS denominator,
    '' AS counts_from
FROM view_commit;
