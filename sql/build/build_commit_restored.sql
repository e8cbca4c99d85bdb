-- build_commit_restored
-- grain: one row per commit: its lines that commits removed and reverts of these commits, in part, brought back
CREATE VIEW build_commit_restored AS
SELECT
    c.id AS commit_key,
    coalesce((
        SELECT sum(k.line_count) FROM derived_commit_line_match AS k
        CROSS JOIN derived_commit_mainline AS m ON m.commit_id = k.commit_id
        WHERE k.origin_id = c.id AND k.is_carried = 1 AND EXISTS (
            SELECT 1 FROM build_commit_following AS f
            CROSS JOIN derived_line_death AS d ON d.death_id = f.following_key AND d.commit_id = c.id
            CROSS JOIN build_commit_reverted AS v ON v.commit_key = d.death_id
            WHERE f.commit_key = k.commit_id AND f.following_key <> k.commit_id
                AND coalesce(v.evidence, 'lines_died') = 'lines_died'
        ) AND NOT EXISTS (
            SELECT 1 FROM build_commit_reverted AS v WHERE v.commit_key = k.commit_id AND v.evidence <> 'lines_died'
        )
    ), 0) AS line_count
FROM fact_commit AS c;
