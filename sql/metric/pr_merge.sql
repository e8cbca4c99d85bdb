-- pr_merge
-- title: PR merge
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: higher
-- numerator: heavy commits whose pull request was merged
-- denominator: heavy commits with a pull request
-- excluded: commits for which the forge has not answered
SELECT
    heavy_ai_flag * coalesce(lookup_status IN ('resolved', 'no_pr') AND pr_merged_flag, 0) AS numerator,
    heavy_ai_flag * coalesce(lookup_status IN ('resolved', 'no_pr') AND pr_opened_flag, 0) AS denominator,
    '' AS counts_from
FROM view_commit;
