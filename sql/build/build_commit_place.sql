-- build_commit_place
-- grain: one row per commit: what it counts as
-- reads: fact_commit -> id
-- reads: fact_commit -> SELECT id FROM fact_commit WHERE repository_id = row.repository_id AND patch_key = row.patch_key
-- reads: fact_commit -> SELECT o.id FROM fact_commit_rewrite AS w CROSS JOIN fact_commit AS o
--     ON o.repository_id = w.repository_id AND o.commit_sha = w.old_sha
--     WHERE w.repository_id = row.repository_id AND w.new_sha = row.commit_sha
-- reads: fact_commit_rewrite -> SELECT id FROM fact_commit
--     WHERE repository_id = row.repository_id AND commit_sha = row.old_sha
-- reads: fact_commit -> SELECT commit_id FROM derived_commit_mainline WHERE trunk_id = row.id
-- reads: fact_commit_file_change -> commit_id
-- reads: fact_commit_trunk_change -> SELECT commit_id FROM derived_commit_mainline WHERE trunk_id = row.commit_id
-- reads: derived_commit_mainline -> commit_id
-- reads: derived_commit_mainline -> SELECT t.id FROM fact_commit AS c CROSS JOIN fact_commit AS t
--     ON t.repository_id = c.repository_id AND t.patch_key = c.patch_key WHERE c.id = row.commit_id
-- reads: derived_commit_landing -> commit_id
-- place.1: each piece of work counts once, at the commit that stands for its copies:
--   mainline  the mainline contains it
--   open      a ref reaches it, and the mainline does not have its change
--   copy      another commit stands for it: its change landed as another commit (derived_commit_landing); the same change
--             by the same author at the same instant is on the mainline earlier, or open in an earlier commit; a reachable
--             commit replaced it; or it came with a merge that added no line, because its change had landed before
--   dropped   no ref reaches it
CREATE VIEW build_commit_place AS
SELECT
    c.id AS commit_key,
    CASE
        WHEN c.is_reachable = 0 THEN 'dropped'
        WHEN l.commit_id IS NOT NULL OR EXISTS (
            SELECT 1 FROM fact_commit AS t
            LEFT JOIN derived_commit_mainline AS m ON m.commit_id = t.id
            WHERE t.repository_id = c.repository_id AND t.patch_key = c.patch_key
                AND t.author_id = c.author_id AND t.authored_at = c.authored_at
                AND t.is_reachable = 1
                AND (m.commit_id IS NULL, coalesce(m.position, 0), t.ordered_at, t.depth, t.commit_sha)
                < (a.commit_id IS NULL, coalesce(a.position, 0), c.ordered_at, c.depth, c.commit_sha)
        ) THEN 'copy'
        WHEN a.commit_id IS NULL AND EXISTS (
            SELECT 1 FROM fact_commit_rewrite AS w
            CROSS JOIN fact_commit AS n
                ON n.repository_id = w.repository_id AND n.commit_sha = w.new_sha AND n.is_reachable = 1
            WHERE w.repository_id = c.repository_id AND w.old_sha = c.commit_sha
        ) THEN 'copy'
        WHEN a.commit_id IS NULL THEN 'open'
        WHEN a.trunk_id <> c.id AND EXISTS (
            SELECT 1 FROM fact_commit_file_change AS f WHERE f.commit_id = c.id AND f.lines_added > 0
        ) AND EXISTS (
            SELECT 1 FROM fact_commit AS b WHERE b.id = a.trunk_id AND b.is_diff_known = 1
        ) AND NOT EXISTS (
            SELECT 1 FROM fact_commit_trunk_change AS b
            WHERE b.commit_id = a.trunk_id AND length(b.added_hashes) > 0
        ) THEN 'copy'
        ELSE 'mainline'
    END AS place
FROM fact_commit AS c
LEFT JOIN derived_commit_mainline AS a ON a.commit_id = c.id
LEFT JOIN derived_commit_landing AS l ON l.commit_id = c.id;
