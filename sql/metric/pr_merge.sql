-- pr_merge
-- title: PR merge
-- report: delivery
-- unit: share
-- better: higher
-- numerator: heavy commits whose pull request was merged
-- denominator: heavy commits with a pull request
-- left out: commits about which the forge has not answered
SELECT
    heavy_ai_flag * pr_merged_flag AS numerator,
    CASE WHEN lookup_status IN ('resolved', 'no_pr') THEN heavy_ai_flag * pr_opened_flag END AS denominator,
    '' AS counts_from
FROM view_commit;
