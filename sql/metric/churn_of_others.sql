-- churn_of_others
-- title: Churn, others
-- report: quality
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: AI lines of other commits that were removed within churn_window_days of reaching the mainline
-- denominator: AI lines of other commits that reached the mainline
-- excluded: imports; commits that are not covered, or whose AI lines are unknown; commits not on the mainline; commits whose window is still open
SELECT
    (1 - heavy_ai_flag) * ai_added_lines_removed_within_window AS numerator,
    (1 - heavy_ai_flag) * ai_added_lines_reaching_mainline AS denominator,
    churn_mature_at AS counts_from
FROM view_commit;
