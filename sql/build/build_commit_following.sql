-- build_commit_following
-- grain: one row per (commit, commit whose event rows depend on whether the first is reverted)
-- A chain of reverts is followed in it, link by link. One view with arms, so that each uses an index.
CREATE VIEW build_commit_following AS
SELECT r.id AS commit_key, c.id AS following_key
FROM fact_commit AS r
CROSS JOIN fact_commit_revert AS v ON v.repository_id = r.repository_id AND v.commit_sha = r.commit_sha
CROSS JOIN fact_commit AS c ON c.repository_id = v.repository_id
    AND c.commit_sha >= v.reverted_sha AND c.commit_sha < v.reverted_sha || 'g'
WHERE length(v.reverted_sha) >= 7
UNION ALL
SELECT r.id AS commit_key, c.id AS following_key
FROM fact_commit AS r
CROSS JOIN fact_commit_revert AS v ON v.repository_id = r.repository_id AND v.commit_sha = r.commit_sha
CROSS JOIN fact_commit_rewrite AS w ON w.repository_id = v.repository_id AND w.old_sha = v.reverted_sha
CROSS JOIN fact_commit AS c ON c.repository_id = w.repository_id AND c.commit_sha = w.new_sha
UNION ALL
SELECT r.id AS commit_key, c.id AS following_key
FROM fact_commit AS r
CROSS JOIN fact_commit_revert AS v ON v.repository_id = r.repository_id AND v.commit_sha = r.commit_sha
CROSS JOIN fact_commit AS c ON c.repository_id = v.repository_id AND c.subject_key = v.subject_key
UNION ALL
SELECT r.id AS commit_key, c.id AS following_key
FROM fact_commit AS r
CROSS JOIN fact_commit AS c ON c.repository_id = r.repository_id AND c.patch_key = r.inverse_key
UNION ALL
SELECT r.id AS commit_key, c.id AS following_key
FROM fact_commit AS r
CROSS JOIN fact_commit AS c ON c.repository_id = r.repository_id AND c.patch_key = r.patch_key
UNION ALL
SELECT m.trunk_id AS commit_key, m.commit_id AS following_key FROM derived_commit_mainline AS m
UNION ALL
SELECT l.landed_id AS commit_key, l.commit_id AS following_key FROM derived_commit_landing AS l
UNION ALL
SELECT d.death_id AS commit_key, d.commit_id AS following_key FROM derived_line_death AS d;
