-- session_commits
-- grain: one row per commit with lines of one session
SELECT
    repository,
    commit_sha AS "commit",
    commit_time,
    matched_lines,
    certain_lines,
    carried_lines,
    generated_lines,
    share_of_commit,
    confidence,
    is_reachable
FROM event_commit_session
WHERE provider = :provider AND session_id = :session_id
ORDER BY commit_time, commit_sha;
