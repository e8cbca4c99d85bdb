-- commit_sessions
-- grain: one row per session with lines in one commit, and one for unattributed lines
SELECT
    e.provider,
    e.session_id,
    p.model_name AS model,
    e.matched_lines,
    e.certain_lines,
    e.carried_lines,
    e.generated_lines,
    e.share_of_commit,
    e.confidence
FROM event_commit_session AS e
LEFT JOIN event_session_productivity AS p ON p.provider = e.provider AND p.session_id = e.session_id
WHERE e.repository = :repository AND e.commit_sha = :commit_sha
ORDER BY e.provider = 'unattributed', e.matched_lines DESC, e.provider, e.session_id;
