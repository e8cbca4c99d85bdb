-- build_commit_revert_size
-- grain: one row per pair of commits: whether the second is large enough to revert the first
-- A revert of a revert that changes less than four fifths of its lines brings back a part only.
CREATE VIEW build_commit_revert_size AS
SELECT
    t.id AS commit_key,
    r.id AS revert_key,
    NOT EXISTS (
        SELECT 1 FROM fact_commit_revert AS v
        WHERE v.repository_id = t.repository_id AND v.commit_sha = t.commit_sha
    ) OR coalesce((
        SELECT sum(f.lines_added + f.lines_removed) FROM fact_commit_file_change AS f WHERE f.commit_id = r.id
    ) >= 0.8 * (
        SELECT sum(f.lines_added + f.lines_removed) FROM fact_commit_file_change AS f WHERE f.commit_id = t.id
    ), 1) AS is_whole
FROM fact_commit AS t
CROSS JOIN fact_commit AS r;
