-- lead_time
-- title: Lead time
-- report: lead
-- statistic: median
-- unit: hours
-- better: lower
-- value: hours from the write of an AI line until the mainline has it, at least 0; each line counts
-- excluded: lines not on the mainline; copies; generated files
SELECT
    lead_hours AS value,
    '' AS counts_from
FROM view_commit_lead;
