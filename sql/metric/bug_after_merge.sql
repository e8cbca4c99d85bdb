-- bug_after_merge
-- title: Bug after merge
-- report: quality
-- unit: share
-- better: lower
-- numerator: heavy commits of which a fix within bug_window_days of their arrival removed AI lines
-- denominator: heavy commits that brought AI lines to the mainline
-- left out: commits whose window is still open; commits that are not on the mainline
SELECT
    heavy_ai_flag * coalesce(bug_after_merge_flag, 0) AS numerator,
    heavy_ai_flag * (bug_after_merge_flag IS NOT NULL) AS denominator,
    bug_mature_at AS counts_from
FROM view_commit;
