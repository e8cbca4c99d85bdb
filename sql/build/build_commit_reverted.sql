-- build_commit_reverted
-- grain: one row per commit: the evidence that a later reachable commit reverts it; NULL: there is none, or it stands again
-- reads: fact_commit -> id
-- reads: fact_commit -> SELECT id FROM fact_commit WHERE repository_id = row.repository_id AND patch_key = row.inverse_key
-- reads: fact_commit -> SELECT commit_key FROM dirty_commit_reverted
--     WHERE repository_id = row.repository_id AND commit_sha = row.commit_sha
-- reads: fact_commit -> SELECT c.id FROM (SELECT 1 FROM fact_commit_revert
--         WHERE repository_id = row.repository_id AND subject_key = row.subject_key LIMIT 1)
--     CROSS JOIN fact_commit AS c WHERE c.repository_id = row.repository_id AND c.subject_key = row.subject_key
-- reads: fact_commit -> SELECT id FROM fact_commit WHERE repository_id = row.repository_id AND patch_key = row.patch_key
-- reads: fact_commit_revert -> SELECT commit_key FROM dirty_commit_reverted
--     WHERE repository_id = row.repository_id AND commit_sha = row.commit_sha
-- reads: fact_commit_rewrite -> SELECT id FROM fact_commit
--     WHERE repository_id = row.repository_id AND commit_sha = row.new_sha
-- reads: derived_commit_mainline -> commit_id
-- reads: derived_commit_landing -> commit_id
-- reads: derived_line_arrival -> commit_id
-- reads: derived_line_death -> commit_id
-- reads: fact_commit_file_change, with derived_line_death
-- reverted.2: a trailer names the commit, or one that it replaced; or a later commit undoes it line by line; or a later
-- subject quotes its subject, and it is the last commit of that subject before it. The revert may itself be reverted, and
-- the change applied again: the latest of all these decides. What reverts a revert must change four fifths of its lines. It counts for the commits that a merge or a squash
-- brought, too. Of a commit whose change is on the mainline, only what is there counts. If nothing of this is
-- known: one trunk commit that adds little removed at least five, and at least four fifths, of the session lines that
-- the commit brought to the mainline. What follows from a changed revert is in dirty_commit (follows).
CREATE VIEW build_commit_reverted AS
SELECT
    c.id AS commit_key,
    nullif(coalesce((
        WITH RECURSIVE chain (id, is_undone, evidence) AS ( -- is_undone: 1 reverts the commit, 0 applies it
            SELECT c.id, 0, ''
            UNION SELECT m.trunk_id, 0, '' FROM derived_commit_mainline AS m WHERE m.commit_id = c.id
            UNION SELECT l.landed_id, 0, '' FROM derived_commit_landing AS l WHERE l.commit_id = c.id
            UNION
            SELECT r.id, 1 - chain.is_undone, '1 trailer'
            FROM chain -- CROSS: without statistics SQLite starts with all commits
            CROSS JOIN fact_commit AS t ON t.id = chain.id
            CROSS JOIN fact_commit_revert AS v ON v.repository_id = t.repository_id AND v.reverted_sha IN (
                    t.commit_sha, substr(t.commit_sha, 1, 7), substr(t.commit_sha, 1, 8),
                    substr(t.commit_sha, 1, 9), substr(t.commit_sha, 1, 10),
                    substr(t.commit_sha, 1, 11), substr(t.commit_sha, 1, 12)
                )
            CROSS JOIN fact_commit AS r ON r.repository_id = v.repository_id AND r.commit_sha = v.commit_sha
            WHERE r.is_reachable = 1 AND r.id <> t.id
                AND (SELECT z.is_whole FROM build_commit_revert_size AS z WHERE z.commit_key = t.id AND z.revert_key = r.id)
            UNION
            SELECT r.id, 1 - chain.is_undone, '1 trailer' FROM chain
            CROSS JOIN fact_commit AS t ON t.id = chain.id
            CROSS JOIN fact_commit_rewrite AS w ON w.repository_id = t.repository_id AND w.new_sha = t.commit_sha
            CROSS JOIN fact_commit_revert AS v ON v.repository_id = w.repository_id AND v.reverted_sha = w.old_sha
            CROSS JOIN fact_commit AS r ON r.repository_id = v.repository_id AND r.commit_sha = v.commit_sha
            WHERE r.is_reachable = 1 AND r.id <> t.id
                AND (SELECT z.is_whole FROM build_commit_revert_size AS z WHERE z.commit_key = t.id AND z.revert_key = r.id)
            UNION
            SELECT r.id, 1 - chain.is_undone, '2 inverse_patch' FROM chain
            CROSS JOIN fact_commit AS t ON t.id = chain.id
            CROSS JOIN fact_commit AS r ON r.id = ( -- the latest is enough: others come before it
                SELECT z.id FROM fact_commit AS z
                WHERE z.repository_id = t.repository_id AND z.inverse_key = t.patch_key AND z.is_reachable = 1
                    AND (z.ordered_at, z.depth, z.commit_sha) > (t.ordered_at, t.depth, t.commit_sha)
                ORDER BY
                    EXISTS (SELECT 1 FROM derived_commit_mainline AS n WHERE n.commit_id = z.id) DESC,
                    z.ordered_at DESC, z.depth DESC, z.commit_sha DESC
                LIMIT 1
            )
            UNION
            SELECT r.id, 1 - chain.is_undone, '3 subject' FROM chain
            CROSS JOIN fact_commit AS t ON t.id = chain.id
            CROSS JOIN fact_commit_revert AS v ON v.repository_id = t.repository_id AND v.subject_key = t.subject_key
            CROSS JOIN fact_commit AS r ON r.repository_id = v.repository_id AND r.commit_sha = v.commit_sha
            WHERE r.is_reachable = 1 AND (r.ordered_at, r.depth, r.commit_sha) > (t.ordered_at, t.depth, t.commit_sha)
                AND (SELECT z.is_whole FROM build_commit_revert_size AS z WHERE z.commit_key = t.id AND z.revert_key = r.id)
                AND NOT EXISTS (
                    SELECT 1 FROM fact_commit AS d
                    WHERE d.repository_id = t.repository_id AND d.subject_key = t.subject_key
                        AND (d.ordered_at, d.depth, d.commit_sha) > (t.ordered_at, t.depth, t.commit_sha)
                        AND (d.ordered_at, d.depth, d.commit_sha) < (r.ordered_at, r.depth, r.commit_sha)
                )
            UNION
            SELECT r.id, chain.is_undone, '0 again'
            FROM chain
            CROSS JOIN fact_commit AS t ON t.id = chain.id
            CROSS JOIN fact_commit AS r ON r.id = ( -- the latest is enough: others come before it
                SELECT z.id FROM fact_commit AS z
                WHERE z.repository_id = t.repository_id AND z.patch_key = t.patch_key AND z.is_reachable = 1
                    AND (z.ordered_at, z.depth, z.commit_sha) > (t.ordered_at, t.depth, t.commit_sha)
                ORDER BY
                    EXISTS (SELECT 1 FROM derived_commit_mainline AS n WHERE n.commit_id = z.id) DESC,
                    z.ordered_at DESC, z.depth DESC, z.commit_sha DESC
                LIMIT 1
            )
        )

        SELECT CASE WHEN chain.is_undone THEN substr(chain.evidence, 3) ELSE '' END
        FROM chain
        CROSS JOIN fact_commit AS r ON r.id = chain.id
        LEFT JOIN derived_commit_mainline AS m ON m.commit_id = r.id
        LEFT JOIN derived_commit_landing AS l ON l.commit_id = r.id
        WHERE chain.evidence <> '' AND (
            coalesce(m.commit_id, l.commit_id) IS NOT NULL OR NOT (
                EXISTS (SELECT 1 FROM derived_commit_mainline AS n WHERE n.commit_id = c.id)
                OR EXISTS (SELECT 1 FROM derived_commit_landing AS n WHERE n.commit_id = c.id)
            )
        )
        ORDER BY
            coalesce(m.occurred_at, l.occurred_at, r.ordered_at) DESC, r.ordered_at DESC, r.depth DESC,
            r.commit_sha DESC, chain.evidence, chain.is_undone
        LIMIT 1
    ), CASE
        WHEN EXISTS (
            SELECT 1 FROM derived_line_death AS l WHERE l.commit_id = c.id GROUP BY l.death_id
            HAVING sum(l.line_count) >= 5 AND sum(l.line_count) >= 0.8 * (
                SELECT sum(a.line_count) FROM derived_line_arrival AS a WHERE a.commit_id = c.id
            ) AND sum(l.line_count) >= 2 * coalesce((
                SELECT sum(f.lines_added) FROM fact_commit_file_change AS f WHERE f.commit_id = l.death_id
            ), 0)
        ) THEN 'lines_died'
    END), '') AS evidence
FROM fact_commit AS c;
