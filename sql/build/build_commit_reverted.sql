-- build_commit_reverted
-- grain: one row per commit: the evidence that a later reachable commit reverts it; NULL: there is none
-- reads: fact_commit -> id
-- reads: fact_commit -> SELECT id FROM fact_commit WHERE repository_id = row.repository_id AND patch_key = row.inverse_key
-- reads: fact_commit -> SELECT commit_key FROM dirty_commit_reverted
--     WHERE repository_id = row.repository_id AND commit_sha = row.commit_sha
-- reads: fact_commit -> SELECT c.id FROM (SELECT 1 FROM fact_commit_revert
--         WHERE repository_id = row.repository_id AND subject_key = row.subject_key LIMIT 1)
--     CROSS JOIN fact_commit AS c WHERE c.repository_id = row.repository_id AND c.subject_key = row.subject_key
-- reads: fact_commit_revert -> SELECT commit_key FROM dirty_commit_reverted
--     WHERE repository_id = row.repository_id AND commit_sha = row.commit_sha
-- reads: fact_commit_rewrite -> SELECT id FROM fact_commit
--     WHERE repository_id = row.repository_id AND commit_sha = row.new_sha
-- reads: derived_line_arrival -> commit_id
-- reads: derived_line_death -> commit_id
-- reads: fact_commit_file_change, with derived_line_death
-- reverted.1: a trailer names the commit, or one that it replaced; or a later commit undoes it line by line; or a later
-- subject quotes its subject, and it is the last commit of that subject before it; or one trunk commit that adds little
-- removed at least five, and at least four fifths, of the session lines that the commit brought to the mainline.
CREATE VIEW build_commit_reverted AS
SELECT
    c.id AS commit_key,
    CASE
        WHEN EXISTS (
            SELECT 1 FROM fact_commit_revert AS v -- CROSS: without statistics SQLite starts with all commits
            CROSS JOIN fact_commit AS r
                ON r.repository_id = v.repository_id AND r.commit_sha = v.commit_sha
            WHERE v.repository_id = c.repository_id AND r.is_reachable = 1 AND r.id <> c.id
                AND v.reverted_sha IN (
                    c.commit_sha, substr(c.commit_sha, 1, 7), substr(c.commit_sha, 1, 8),
                    substr(c.commit_sha, 1, 9), substr(c.commit_sha, 1, 10),
                    substr(c.commit_sha, 1, 11), substr(c.commit_sha, 1, 12)
                )
        ) OR EXISTS (
            SELECT 1 FROM fact_commit_rewrite AS w -- CROSS: a commit has few rewrites, a repository many reverts
            CROSS JOIN fact_commit_revert AS v
                ON v.repository_id = w.repository_id AND v.reverted_sha = w.old_sha
            CROSS JOIN fact_commit AS r
                ON r.repository_id = v.repository_id AND r.commit_sha = v.commit_sha
            WHERE w.repository_id = c.repository_id AND w.new_sha = c.commit_sha
                AND r.is_reachable = 1
        ) THEN 'trailer'
        WHEN EXISTS (
            SELECT 1 FROM fact_commit AS r
            WHERE r.repository_id = c.repository_id AND r.inverse_key = c.patch_key
                AND r.is_reachable = 1
                AND (r.ordered_at, r.depth, r.commit_sha) > (c.ordered_at, c.depth, c.commit_sha)
        ) THEN 'inverse_patch'
        WHEN EXISTS (
            SELECT 1 FROM fact_commit_revert AS v
            CROSS JOIN fact_commit AS r
                ON r.repository_id = v.repository_id AND r.commit_sha = v.commit_sha
            WHERE v.repository_id = c.repository_id AND v.subject_key = c.subject_key
                AND r.is_reachable = 1
                AND (r.ordered_at, r.depth, r.commit_sha) > (c.ordered_at, c.depth, c.commit_sha)
                AND NOT EXISTS (
                    SELECT 1 FROM fact_commit AS d
                    WHERE d.repository_id = c.repository_id AND d.subject_key = c.subject_key
                        AND (d.ordered_at, d.depth, d.commit_sha)
                        > (c.ordered_at, c.depth, c.commit_sha)
                        AND (d.ordered_at, d.depth, d.commit_sha)
                        < (r.ordered_at, r.depth, r.commit_sha)
                )
        ) THEN 'subject'
        WHEN EXISTS (
            SELECT 1 FROM derived_line_death AS l WHERE l.commit_id = c.id GROUP BY l.death_id
            HAVING sum(l.line_count) >= 5 AND sum(l.line_count) >= 0.8 * (
                SELECT sum(a.line_count) FROM derived_line_arrival AS a WHERE a.commit_id = c.id
            ) AND sum(l.line_count) >= 2 * coalesce((
                SELECT sum(f.lines_added) FROM fact_commit_file_change AS f WHERE f.commit_id = l.death_id
            ), 0)
        ) THEN 'lines_died'
    END AS evidence
FROM fact_commit AS c;
