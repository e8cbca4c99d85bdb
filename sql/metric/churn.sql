-- churn
-- title: Churn
-- report: quality
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: AI lines of heavy commits that were removed within churn_window_days of reaching the mainline
-- denominator: AI lines of heavy commits that reached the mainline
-- excluded: commits not on the mainline; commits whose window is still open
SELECT
    heavy_ai_flag * ai_added_lines_removed_within_window AS numerator,
    heavy_ai_flag * ai_added_lines_reaching_mainline AS denominator,
    churn_mature_at AS counts_from
FROM view_commit;
