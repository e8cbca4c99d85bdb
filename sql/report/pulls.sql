-- pulls
-- grain: one row per repository with a remote and commits
-- coverage: the share of reachable commits with AI lines for which the forge has answered
SELECT
    r.repository_key AS repository,
    s.sync_status,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.synced_at / 1000, 'unixepoch') AS synced_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.completed_at / 1000, 'unixepoch') AS completed_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.resume_at / 1000, 'unixepoch') AS resume_at,
    s.rate_remaining,
    (SELECT count(*) FROM fact_pull_request AS p WHERE p.repository_id = r.id) AS pull_request_count,
    (SELECT count(*) FROM fact_issue AS i WHERE i.repository_id = r.id) AS bug_count,
    count(o.commit_sha) AS eligible_commit_count,
    count(*) FILTER (WHERE e.lookup_status IN ('resolved', 'no_pr')) AS looked_up_commit_count,
    count(*) FILTER (WHERE e.lookup_status = 'subject') AS named_in_message_commit_count,
    count(*) FILTER (WHERE e.lookup_status IN ('resolved', 'no_pr')) * 1.0
    / nullif(count(o.commit_sha), 0) AS lookup_coverage
FROM metadata_repositories AS r
LEFT JOIN ingest_forge_state AS s ON s.repository_id = r.id
LEFT JOIN event_commit_outcome AS o
    ON o.repository = r.repository_key AND o.is_reachable = 1 AND o.total_matched_ai_lines > 0
LEFT JOIN event_commit_pr_outcome AS e
    ON e.repository = o.repository AND e.commit_sha = o.commit_sha
WHERE r.repository_key GLOB 'git:*/*'
    AND EXISTS (SELECT 1 FROM fact_commit AS c WHERE c.repository_id = r.id)
GROUP BY r.id
ORDER BY r.repository_key;
