-- view_session_lines
-- grain: one row per session in which a person typed a prompt and whose repository is known
-- the lines that the session and the sub-agents it started wrote, as of now
CREATE VIEW view_session_lines AS
SELECT
    q.provider, -- product that wrote the session
    q.session_id, -- the provider's own id
    q.repository, -- key of the repository of the session; NULL: only its sub-agents have one
    sum(p.accepted_lines_added) AS accepted_lines_added, -- lines added by accepted writes
    sum(p.committed_lines) AS committed_lines, -- added lines that commits contain, each counted once
    sum(p.shipped_lines) AS shipped_lines, -- added lines that reached the mainline, without generated files
    sum(p.thrown_away_lines) AS thrown_away_lines -- accepted added lines in no commit so far
FROM event_session_productivity AS p
INNER JOIN event_session_quality AS q ON q.provider = p.provider AND q.session_id = p.root_session_id
WHERE p.repository IS NOT NULL
GROUP BY q.provider, q.session_id;
