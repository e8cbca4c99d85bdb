-- event_session_productivity
-- grain: one row per session with at least one message, response or tool call
-- key: provider, session_id
-- scope: session
-- time: started_at
-- reads: build_session_span
-- reads: fact_session_code_change -> session_id
-- reads: derived_line_arrival -> session_id
-- reads: build_session_line
CREATE TABLE event_session_productivity (
    provider TEXT NOT NULL,              -- product that ran the session
    session_id TEXT NOT NULL,            -- the provider's id of the session
    root_session_id TEXT NOT NULL,       -- the session itself; of a sub-agent the session that started it
    repository TEXT,                     -- key of the repository it worked in; NULL: unknown
    machine TEXT NOT NULL,               -- key of the machine that the session was read on
    branch_name TEXT,                    -- branch at its first message that has one; NULL: none has
    model_name TEXT,                     -- the model that answered most; NULL: none recorded
    started_at TEXT NOT NULL,            -- time of its first fact, UTC
    ended_at TEXT NOT NULL,              -- time of its last fact so far, UTC
    accepted_lines_added INTEGER NOT NULL, -- lines that accepted writes added; of an overwritten file unknown and left out
    accepted_lines_removed INTEGER NOT NULL, -- lines that accepted writes removed; the same
    accepted_total_changed_lines INTEGER NOT NULL, -- lines added plus lines removed
    committed_lines INTEGER NOT NULL,    -- lines of the session in commits on the mainline and open ones, each counted once
    shipped_lines INTEGER NOT NULL,      -- lines of the session that reached the mainline, without generated files
    thrown_away_lines INTEGER,           -- accepted added lines that are in no such commit so far; NULL: its repository is unknown
    code_change_count INTEGER NOT NULL,  -- accepted writes to files
    user_word_count INTEGER NOT NULL,    -- words in prompts
    tool_call_count INTEGER NOT NULL,    -- tools that the assistant called
    has_tokens INTEGER NOT NULL,         -- 1: the provider recorded tokens for this session
    ingested_at INTEGER NOT NULL,        -- when the latest fact of the session was read, UTC milliseconds
    PRIMARY KEY (provider, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_session_productivity_started ON event_session_productivity (started_at);
CREATE VIEW build_event_session_productivity AS
SELECT
    s.session_key,
    s.provider,
    s.session_id,
    s.root_session_id,
    s.repository,
    s.machine,
    s.branch_name,
    s.model_name,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.started_ms / 1000, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.ended_ms / 1000, 'unixepoch') AS ended_at,
    coalesce(sum(c.lines_added), 0) AS accepted_lines_added,
    coalesce(sum(c.lines_removed), 0) AS accepted_lines_removed,
    coalesce(sum(c.lines_added + c.lines_removed), 0) AS accepted_total_changed_lines,
    coalesce((SELECT sum(m.line_count) FROM build_session_line AS m WHERE m.session_key = s.session_key), 0)
        AS committed_lines,
    coalesce((SELECT sum(a.line_count) FROM derived_line_arrival AS a
        WHERE a.session_id = s.session_key), 0) AS shipped_lines,
    CASE WHEN s.repository_key_id IS NOT NULL THEN max(0, coalesce(sum(c.lines_added), 0) - coalesce((
        SELECT sum(m.line_count) FROM build_session_line AS m
        LEFT JOIN fact_session_code_change AS w ON w.change_key = m.change_key
        WHERE m.session_key = s.session_key AND (w.change_key IS NULL OR w.lines_added IS NOT NULL)
    ), 0)) END AS thrown_away_lines,
    count(c.change_key) AS code_change_count,
    coalesce((SELECT sum(m.word_count) FROM fact_session_message AS m
        WHERE m.session_id = s.session_key AND m.is_prompt = 1), 0) AS user_word_count,
    (SELECT count(*) FROM fact_session_tool_call AS t
        WHERE t.session_id = s.session_key) AS tool_call_count,
    EXISTS (SELECT 1 FROM fact_session_usage AS u WHERE u.session_id = s.session_key) AS has_tokens,
    max(
        coalesce((SELECT max(f.ingested_at) FROM fact_session_message AS f
            WHERE f.session_id = s.session_key), 0),
        coalesce((SELECT max(f.ingested_at) FROM fact_session_usage AS f
            WHERE f.session_id = s.session_key), 0),
        coalesce((SELECT max(f.ingested_at) FROM fact_session_tool_call AS f
            WHERE f.session_id = s.session_key), 0)
    ) AS ingested_at
FROM build_session_span AS s
LEFT JOIN fact_session_code_change AS c ON c.session_id = s.session_key
GROUP BY s.session_key;
