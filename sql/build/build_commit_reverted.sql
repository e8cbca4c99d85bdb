-- build_commit_reverted
-- grain: one row per commit: by what evidence a later commit that a ref leads to reverts it
-- reads: fact_commit, fact_commit_revert, fact_commit_rewrite, derived_line_arrival, derived_line_death,
-- fact_commit_file_change
-- reverted.1: a trailer names it, or a commit it was rewritten from; or a later commit undoes it line by line;
-- or a subject quotes that of this commit, the latest of that name before it; or one commit of the mainline that
-- adds little took at least five, and four fifths, of the lines that sessions had brought with it
CREATE VIEW build_commit_reverted AS
SELECT
    c.id AS commit_key,
    CASE
        WHEN EXISTS (
            SELECT 1 FROM fact_commit_revert AS v -- CROSS: without statistics SQLite begins with all commits
            CROSS JOIN fact_commit AS r
                ON r.repository_id = v.repository_id AND r.commit_sha = v.commit_sha
            WHERE v.repository_id = c.repository_id AND r.is_reachable = 1 AND r.id <> c.id
                AND v.reverted_sha IN (
                    c.commit_sha, substr(c.commit_sha, 1, 7), substr(c.commit_sha, 1, 8),
                    substr(c.commit_sha, 1, 9), substr(c.commit_sha, 1, 10),
                    substr(c.commit_sha, 1, 11), substr(c.commit_sha, 1, 12)
                )
        ) OR EXISTS (
            SELECT 1 FROM fact_commit_rewrite AS w -- CROSS: rewrites of one commit are few, reverts many
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
CREATE TRIGGER dirty_commit_reverted AFTER INSERT ON fact_commit_revert BEGIN
    INSERT INTO dirty_commit
    SELECT id FROM fact_commit WHERE repository_id = new.repository_id AND (
        (length(new.reverted_sha) >= 7 AND commit_sha >= new.reverted_sha
            AND commit_sha < new.reverted_sha || 'g')
        OR commit_sha IN (
            SELECT new_sha FROM fact_commit_rewrite
            WHERE repository_id = new.repository_id AND old_sha = new.reverted_sha
        ) OR subject_key = new.subject_key
    ) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_undone AFTER INSERT ON fact_commit WHEN new.inverse_key IS NOT NULL BEGIN
    INSERT INTO dirty_commit
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND patch_key = new.inverse_key ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_namesake AFTER INSERT ON fact_commit WHEN EXISTS (
    SELECT 1 FROM fact_commit_revert
    WHERE repository_id = new.repository_id AND subject_key = new.subject_key
) BEGIN
    INSERT INTO dirty_commit
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND subject_key = new.subject_key ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_revert_moved AFTER UPDATE OF is_reachable ON fact_commit BEGIN
    INSERT INTO dirty_commit
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND patch_key = new.inverse_key ON CONFLICT DO NOTHING;
    INSERT INTO dirty_commit
    SELECT c.id FROM fact_commit_revert AS v INNER JOIN fact_commit AS c
        ON c.repository_id = v.repository_id AND (
            (length(v.reverted_sha) >= 7 AND c.commit_sha >= v.reverted_sha
                AND c.commit_sha < v.reverted_sha || 'g')
            OR c.subject_key = v.subject_key
            OR c.commit_sha IN (
                SELECT w.new_sha FROM fact_commit_rewrite AS w
                WHERE w.repository_id = v.repository_id AND w.old_sha = v.reverted_sha
            )
        )
    WHERE v.repository_id = new.repository_id AND v.commit_sha = new.commit_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_renewed AFTER INSERT ON fact_commit_rewrite BEGIN
    INSERT INTO dirty_commit
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.new_sha ON CONFLICT DO NOTHING;
END;
