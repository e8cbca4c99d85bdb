-- bug_after_merge_of_others
-- title: Bug after merge, others
-- report: quality
-- unit: share
-- better: neither
-- numerator: other commits of which a fix within bug_window_days of their arrival removed AI lines
-- denominator: other commits that brought AI lines to the mainline
-- left out: commits whose window is still open; commits that are not on the mainline
SELECT
    (1 - heavy_ai_flag) * coalesce(bug_after_merge_flag, 0) AS numerator,
    (1 - heavy_ai_flag) * (bug_after_merge_flag IS NOT NULL) AS denominator,
    bug_mature_at AS counts_from
FROM view_commit;
