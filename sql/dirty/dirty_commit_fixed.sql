-- dirty_commit_fixed
-- grain: one row per pull request that closes an issue; the view is always empty
-- An INSERT marks, in dirty_commit, the commits that lost lines to the commits of the pull request.
CREATE VIEW dirty_commit_fixed AS
SELECT 0 AS repository_id, 0 AS pr_number, '' AS merge_commit_sha WHERE 0;
CREATE TRIGGER dirty_commit_fixed_put INSTEAD OF INSERT ON dirty_commit_fixed
WHEN EXISTS (SELECT 1 FROM fact_issue_fix
    WHERE repository_id = new.repository_id AND pr_number = new.pr_number) BEGIN
    INSERT INTO dirty_commit
    SELECT d.commit_id FROM (
        SELECT c.id FROM fact_commit AS c
        WHERE c.repository_id = new.repository_id AND c.pull_number = new.pr_number
        UNION SELECT c.id FROM fact_commit AS c
        WHERE c.repository_id = new.repository_id AND c.commit_sha = new.merge_commit_sha
        UNION SELECT c.id FROM fact_pull_request AS p CROSS JOIN fact_commit AS c
            ON c.repository_id = p.repository_id AND c.commit_sha = p.merge_commit_sha
        WHERE p.repository_id = new.repository_id AND p.pr_number = new.pr_number
        UNION SELECT c.id FROM fact_pull_request_commit AS o CROSS JOIN fact_commit AS c
            ON c.repository_id = o.repository_id AND c.commit_sha = o.commit_sha
        WHERE o.repository_id = new.repository_id AND o.pr_number = new.pr_number
    ) AS v
    CROSS JOIN derived_commit_mainline AS m ON m.commit_id = v.id
    CROSS JOIN derived_line_death AS d ON d.death_id = m.trunk_id
    WHERE 1 ON CONFLICT DO NOTHING;
END;
