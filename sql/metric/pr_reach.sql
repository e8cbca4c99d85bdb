-- pr_reach
-- title: PR reach
-- report: delivery
-- unit: share
-- better: higher
-- numerator: heavy commits with a pull request
-- denominator: heavy commits about which the forge has answered
-- left out: commits about which it was not asked, or did not answer; a number in a message is no answer
SELECT
    heavy_ai_flag * coalesce(lookup_status IN ('resolved', 'no_pr') AND pr_opened_flag, 0) AS numerator,
    heavy_ai_flag * coalesce(lookup_status IN ('resolved', 'no_pr'), 0) AS denominator,
    '' AS counts_from
FROM view_commit;
