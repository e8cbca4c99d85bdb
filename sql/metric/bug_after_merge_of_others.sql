-- bug_after_merge_of_others
-- title: Bug after merge, others
-- report: quality
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: other commits that lost AI lines to a bug fix within bug_window_days of reaching the mainline
-- denominator: other commits whose AI lines reached the mainline
-- excluded: imports; commits that are not covered, or whose AI lines are unknown; commits not on the mainline; commits whose window is still open
SELECT
    (1 - heavy_ai_flag) * coalesce(bug_after_merge_flag, 0) AS numerator,
    (1 - heavy_ai_flag) * (bug_after_merge_flag IS NOT NULL) AS denominator,
    bug_mature_at AS counts_from
FROM view_commit;
