-- pr_reach
-- title: PR reach
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: higher
-- numerator: heavy commits with a pull request
-- denominator: heavy commits for which the forge has answered
-- excluded: commits for which the forge has not answered; a pull request number in a commit message is no answer
SELECT
    heavy_ai_flag * coalesce(lookup_status IN ('resolved', 'no_pr') AND pr_opened_flag, 0) AS numerator,
    heavy_ai_flag * coalesce(lookup_status IN ('resolved', 'no_pr'), 0) AS denominator,
    '' AS counts_from
FROM view_commit;
