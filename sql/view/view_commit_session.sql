-- view_commit_session
-- grain: one row per (commit, session with AI lines in it); one with no session for a commit without
-- weight: the session's part of the AI lines of the commit, 1 without a session; it sums to 1 over a commit
CREATE VIEW view_commit_session AS
SELECT
    c.*,
    s.provider,
    s.session_id,
    s.model_name,
    s.matched_lines,
    s.confidence,
    coalesce(s.share_of_ai, 1) AS weight
FROM view_commit AS c
LEFT JOIN event_commit_session AS s
    ON s.repository = c.repository AND s.commit_sha = c.commit_sha AND s.share_of_ai > 0;
