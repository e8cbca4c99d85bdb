-- lead_time
-- title: Lead time
-- report: delivery
-- statistic: median
-- unit: hours
-- better: lower
-- value: hours from a heavy commit to its arrival on the mainline, at least 0
-- excluded: commits that are not heavy; commits not on the mainline
SELECT
    CASE WHEN heavy_ai_flag = 1 THEN max(0, strftime('%s', mainline_at) - strftime('%s', commit_time)) / 3600.0 END AS value,
    '' AS counts_from
FROM view_commit;
