-- event_commit_lead
-- grain: one row per (commit on the mainline, session, instant at which the session wrote lines of it)
-- key: repository, commit_sha, provider, session_id, written_at
-- scope: commit
-- time: written_at
-- reads: build_commit_place
-- reads: metadata_repositories (repository_key) -> SELECT id FROM fact_commit WHERE repository_id = row.id
-- reads: derived_commit_line_match -> commit_id
-- reads: metadata_files, with derived_commit_line_match
-- reads: metadata_sessions (provider, session_id) -> SELECT commit_id FROM fact_commit_session_match
--     WHERE session_id = row.id AND session_id > 0
-- lead.1: a line counts from the write that a person accepted, however often its commit was rewritten, squashed or
-- picked, until the mainline has it. Carried lines and generated files are left out.
CREATE TABLE event_commit_lead (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    provider TEXT NOT NULL,              -- product that ran the session
    session_id TEXT NOT NULL,            -- the provider's id of the session
    written_at TEXT NOT NULL,            -- when the session wrote the lines, UTC
    mainline_at TEXT NOT NULL,           -- when the mainline got them, UTC
    line_count INTEGER NOT NULL,         -- lines, without generated files
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (repository, commit_sha, provider, session_id, written_at)
) STRICT, WITHOUT ROWID;
CREATE VIEW build_event_commit_lead AS
SELECT
    c.id AS commit_key,
    r.repository_key AS repository,
    c.commit_sha,
    s.provider,
    s.session_id,
    strftime('%Y-%m-%dT%H:%M:%SZ', m.written_at / 1000, 'unixepoch') AS written_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', a.occurred_at / 1000, 'unixepoch') AS mainline_at,
    sum(m.line_count) AS line_count,
    max(c.ingested_at, a.ingested_at, max(m.ingested_at)) AS ingested_at
FROM fact_commit AS c
INNER JOIN derived_commit_mainline AS a ON a.commit_id = c.id
INNER JOIN metadata_repositories AS r ON r.id = c.repository_id
INNER JOIN derived_commit_line_match AS m ON m.commit_id = c.id AND m.is_carried = 0
INNER JOIN metadata_files AS f ON f.id = m.file_id AND f.is_generated = 0
INNER JOIN metadata_sessions AS s ON s.id = m.session_id
WHERE (SELECT p.place FROM build_commit_place AS p WHERE p.commit_key = c.id) = 'mainline'
GROUP BY c.id, s.id, m.written_at / 1000;
