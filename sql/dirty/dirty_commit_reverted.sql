-- dirty_commit_reverted
-- grain: one row per (commit that says it reverts another, commit that this may be)
-- Triggers look up in it which commits a revert concerns. One view with three arms, so that each uses an index.
CREATE VIEW dirty_commit_reverted AS
SELECT v.repository_id, v.commit_sha, c.id AS commit_key
FROM fact_commit_revert AS v
CROSS JOIN fact_commit AS c ON c.repository_id = v.repository_id
    AND c.commit_sha >= v.reverted_sha AND c.commit_sha < v.reverted_sha || 'g'
WHERE length(v.reverted_sha) >= 7
UNION ALL
SELECT v.repository_id, v.commit_sha, c.id AS commit_key
FROM fact_commit_revert AS v
CROSS JOIN fact_commit_rewrite AS w ON w.repository_id = v.repository_id AND w.old_sha = v.reverted_sha
CROSS JOIN fact_commit AS c ON c.repository_id = w.repository_id AND c.commit_sha = w.new_sha
UNION ALL
SELECT v.repository_id, v.commit_sha, c.id AS commit_key
FROM fact_commit_revert AS v
CROSS JOIN fact_commit AS c ON c.repository_id = v.repository_id AND c.subject_key = v.subject_key;
