-- lead_time
-- title: Lead time
-- report: delivery
-- unit: hours
-- better: lower
-- numerator: hours from the commit to its arrival on the mainline, never below 0
-- denominator: heavy commits whose change the mainline has
-- left out: commits that are not there
SELECT
    CASE WHEN heavy_ai_flag = 1 THEN max(0, strftime('%s', mainline_at) - strftime('%s', commit_time)) / 3600.0 END AS numerator,
    CASE WHEN heavy_ai_flag = 1 AND mainline_at IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_commit;
