-- churn_of_others
-- title: Churn, others
-- report: quality
-- unit: share
-- better: neither
-- numerator: AI lines of other commits that the mainline lost within churn_window_days of their arrival
-- denominator: AI lines of other commits that reached the mainline
-- left out: commits whose window is still open; commits that are not on the mainline
SELECT
    (1 - heavy_ai_flag) * ai_added_lines_removed_within_window AS numerator,
    (1 - heavy_ai_flag) * ai_added_lines_reaching_mainline AS denominator,
    churn_mature_at AS counts_from
FROM view_commit;
