-- dirty_commit_pull
-- grain: one row per pull request; the view is always empty
-- An INSERT marks the commits of the pull request, in dirty_commit: those that the forge lists, and, through
-- dirty_commit_landed, those whose message names its number and the one that merged or squashed it.
CREATE VIEW dirty_commit_pull AS
SELECT 0 AS repository_id, 0 AS pr_number, '' AS merge_commit_sha WHERE 0;
CREATE TRIGGER dirty_commit_pull_put INSTEAD OF INSERT ON dirty_commit_pull BEGIN
    INSERT INTO dirty_commit_landed
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND pull_number = new.pr_number;
    INSERT INTO dirty_commit_landed
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.merge_commit_sha;
    INSERT INTO dirty_commit
    SELECT c.id FROM fact_pull_request_commit AS o
    CROSS JOIN fact_commit AS c ON c.repository_id = o.repository_id AND c.commit_sha = o.commit_sha
    WHERE o.repository_id = new.repository_id AND o.pr_number = new.pr_number ON CONFLICT DO NOTHING;
END;
