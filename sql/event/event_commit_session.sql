-- event_commit_session
-- grain: one row per (commit, session with lines in it), and one per commit for the lines of nobody known
-- key: repository, commit_sha, provider, session_id
-- scope: commit
-- time: commit_time
-- reads: fact_commit -> id
-- reads: metadata_repositories (repository_key) -> SELECT id FROM fact_commit WHERE repository_id = row.id
-- reads: fact_commit_session_match -> commit_id
-- reads: metadata_sessions (provider, session_id) -> SELECT commit_id FROM fact_commit_session_match
--     WHERE session_id = row.id AND session_id > 0
-- reads: fact_session_usage, by hand: dirty_commit_model
-- reads: metadata_models, constant
CREATE TABLE event_commit_session (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    provider TEXT NOT NULL,              -- product that ran the session; unattributed: nobody is known
    session_id TEXT NOT NULL,            -- the provider's id of the session; empty when unattributed
    model_name TEXT,                     -- the model that answered most in the session; NULL: none recorded
    commit_time TEXT NOT NULL,           -- committer date, UTC
    matched_lines INTEGER NOT NULL,      -- added lines that the session wrote, without generated files
    certain_lines INTEGER NOT NULL,      -- how many of them have a confidence of at least 0.7
    carried_lines INTEGER NOT NULL,      -- lines of the session that the commit only moved or restored
    generated_lines INTEGER NOT NULL,    -- lines of the session in lock files and other generated files
    share_of_commit REAL,                -- matched_lines divided by the lines that the commit adds; NULL: it adds none
    share_of_ai REAL,                    -- matched_lines divided by those of all sessions; NULL: unattributed, or none
    confidence REAL,                     -- mean confidence of the matched lines; NULL: unattributed
    is_reachable INTEGER NOT NULL,       -- 0: no ref reaches it; it was amended or dropped
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (repository, commit_sha, provider, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_commit_session_session ON event_commit_session (provider, session_id);
CREATE VIEW build_event_commit_session AS
SELECT
    c.id AS commit_key,
    r.repository_key AS repository,
    c.commit_sha,
    coalesce(s.provider, 'unattributed') AS provider,
    coalesce(s.session_id, '') AS session_id,
    (SELECT coalesce(o.canonical_name, o.model_name) FROM fact_session_usage AS f
        INNER JOIN metadata_models AS o ON o.id = f.model_id
        WHERE f.session_id = m.session_id
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1) AS model_name,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') AS commit_time,
    m.matched_lines,
    m.certain_lines,
    m.carried_lines,
    m.generated_lines,
    m.share_of_commit,
    CASE WHEN m.session_id > 0 THEN m.matched_lines * 1.0 / nullif((
        SELECT sum(o.matched_lines) FROM fact_commit_session_match AS o
        WHERE o.commit_id = m.commit_id AND o.session_id > 0
    ), 0) END AS share_of_ai,
    m.confidence,
    c.is_reachable,
    max(m.ingested_at, c.ingested_at) AS ingested_at
FROM fact_commit AS c
INNER JOIN fact_commit_session_match AS m ON m.commit_id = c.id
INNER JOIN metadata_repositories AS r ON r.id = c.repository_id
LEFT JOIN metadata_sessions AS s ON s.id = m.session_id;
