-- view_commit_session
-- grain: one row per (commit, session with AI lines in it); one row for a commit without such a session
CREATE VIEW view_commit_session AS
SELECT
    c.*,
    s.provider, -- product that wrote the session; NULL: no session
    s.session_id, -- the provider's own id; NULL: no session
    s.model_name, -- the model that answered most; NULL: unknown, or no session
    s.matched_lines, -- added lines of the commit that the session wrote, without generated files
    s.confidence, -- mean confidence of these matches, 0 to 1
    coalesce(s.share_of_ai, 1) AS weight -- the session's share of the commit's AI lines; 1 without a session; sums to 1 over a commit
FROM view_commit AS c
LEFT JOIN event_commit_session AS s
    ON s.repository = c.repository AND s.commit_sha = c.commit_sha AND s.share_of_ai > 0;
