-- lead_time
-- title: Lead time
-- report: delivery
-- unit: hours
-- better: lower
-- numerator: hours from the commit to its arrival on the mainline, never below 0
-- denominator: heavy commits whose change the mainline has
-- left out: commits that are not there
SELECT
    heavy_ai_flag * coalesce(max(0, strftime('%s', mainline_at) - strftime('%s', commit_time)), 0) / 3600.0 AS numerator,
    heavy_ai_flag * (mainline_at IS NOT NULL) AS denominator,
    '' AS counts_from
FROM view_commit;
