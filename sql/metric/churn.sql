-- churn
-- title: Churn
-- report: quality
-- unit: share
-- better: lower
-- numerator: AI lines of heavy commits that the mainline lost within churn_window_days of their arrival
-- denominator: AI lines of heavy commits that reached the mainline
-- left out: commits whose window is still open; commits that are not on the mainline
SELECT
    heavy_ai_flag * ai_added_lines_removed_within_window AS numerator,
    heavy_ai_flag * ai_added_lines_reaching_mainline AS denominator,
    churn_mature_at AS counts_from
FROM view_commit;
