-- view_repository_churn_summary
-- grain: one row per repository whose mainline has AI lines
-- AI lines that reached the mainline, and how many of them were removed, as of now
CREATE VIEW view_repository_churn_summary AS
WITH work AS (
    SELECT c.*, 1 AS weight, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS as_of
    FROM view_commit AS c WHERE c.ai_added_lines_reaching_mainline > 0
),
totals AS (
    SELECT
        repository,
        count(*) AS commit_count,
        sum(ai_added_lines_reaching_mainline) AS ai_added_lines_reaching_mainline,
        sum(ai_added_lines_removed) AS ai_added_lines_removed,
        {sums: churn, churn_of_others}
    FROM {ranked: churn, churn_of_others FROM work BY repository}
    GROUP BY repository
)
SELECT
    repository, -- key of the repository
    commit_count, -- commits with AI lines on the mainline
    ai_added_lines_reaching_mainline, -- AI lines that reached the mainline
    ai_added_lines_removed, -- of these, removed so far
    ai_added_lines_reaching_mainline - ai_added_lines_removed AS ai_added_lines_surviving, -- of these, still there
    {rates: churn, churn_of_others}
FROM totals;
