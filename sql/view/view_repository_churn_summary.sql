-- view_repository_churn_summary
-- grain: one row per repository with commits on its mainline that brought AI lines
-- what became of these lines so far, and the share of them that was lost early, as of now
CREATE VIEW view_repository_churn_summary AS
SELECT
    repository,
    commit_count,
    ai_added_lines_reaching_mainline,
    ai_added_lines_removed,
    ai_added_lines_reaching_mainline - ai_added_lines_removed AS ai_added_lines_surviving,
    {rates: churn, churn_of_others}
FROM (
    SELECT
        repository,
        count(*) AS commit_count,
        sum(ai_added_lines_reaching_mainline) AS ai_added_lines_reaching_mainline,
        sum(ai_added_lines_removed) AS ai_added_lines_removed,
        {sums: churn, churn_of_others}
    FROM (
        SELECT c.*, 1 AS weight, strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS asked_at
        FROM view_commit AS c WHERE c.ai_added_lines_reaching_mainline > 0
    )
    GROUP BY repository
);
