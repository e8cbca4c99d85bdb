-- revert
-- title: Reverted
-- report: quality
-- unit: share
-- better: lower
-- numerator: heavy commits that a later commit reverts
-- denominator: heavy commits
-- left out: commits of which it is not known whether they are heavy
SELECT
    heavy_ai_flag * reverted_later_flag AS numerator,
    heavy_ai_flag AS denominator,
    '' AS counts_from
FROM view_commit;
