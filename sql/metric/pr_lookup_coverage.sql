-- pr_lookup_coverage
-- title: PR lookups
-- report: delivery
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: heavy commits for which the forge has answered
-- denominator: heavy commits in repositories with a remote
-- excluded: repositories without a remote
SELECT
    heavy_ai_flag * (repository GLOB 'git:*') * coalesce(lookup_status IN ('resolved', 'no_pr'), 0) AS numerator,
    heavy_ai_flag * (repository GLOB 'git:*') AS denominator,
    '' AS counts_from
FROM view_commit;
