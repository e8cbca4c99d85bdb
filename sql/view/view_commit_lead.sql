-- view_commit_lead
-- grain: one row per (commit on the mainline, session, instant at which the session wrote lines of it)
CREATE VIEW view_commit_lead AS
SELECT
    c.*,
    l.provider, -- product that ran the session
    l.session_id, -- the provider's own id
    l.written_at, -- when the session wrote the lines, UTC
    l.line_count, -- lines
    max(0, strftime('%s', l.mainline_at) - strftime('%s', l.written_at)) / 3600.0 AS lead_hours -- until the mainline had them
FROM view_commit AS c
INNER JOIN event_commit_lead AS l ON l.repository = c.repository AND l.commit_sha = c.commit_sha;
