-- event_task_session
-- grain: one row per (task, session)
-- key: provider, session_id, repository, task_key
-- scope: session
-- time: started_at
-- reads: event_session_productivity
-- reads: event_session_quality
-- reads: metadata_sessions -> SELECT id FROM metadata_sessions
--     WHERE provider = row.provider AND parent_session_id = row.session_id AND is_subagent = 1
-- reads: metadata_repositories (repository_key) -> SELECT t.session_key FROM fact_commit AS c
--     CROSS JOIN dirty_session_task AS t ON t.commit_id = c.id WHERE c.repository_id = row.id
-- reads: build_session_commit
-- reads: fact_commit_session_match -> SELECT row.session_id WHERE row.session_id > 0
-- reads: fact_commit_session_match -> SELECT parent_key FROM dirty_session_parent
--     WHERE session_key = row.session_id AND is_subagent = 1
-- reads: fact_task_commit_assignment -> SELECT session_key FROM dirty_session_task WHERE commit_id = row.commit_id
-- Commits on the mainline and open ones, with lines of the session or of a sub-agent that it started; for
-- commit_within_window_flag also their copies, so that a rebase changes nothing. A sub-agent whose parent session
-- is known has no row of its own.
CREATE TABLE event_task_session (
    repository TEXT NOT NULL,            -- key of the repository of the commits
    task_key TEXT NOT NULL,              -- as in event_task_commit
    provider TEXT NOT NULL,              -- product that ran the session
    session_id TEXT NOT NULL,            -- the provider's id of the session
    branch_name TEXT,                    -- the branch with most of its lines for the task; NULL: unknown
    model_name TEXT,                     -- the model that answered most; NULL: none recorded
    started_at TEXT NOT NULL,            -- time of the first fact of the session, UTC
    attribution_weight REAL NOT NULL,    -- matched lines of the session in the commits of the task
    commit_within_window_flag INTEGER NOT NULL, -- 1: one of these commits was made between its start and four hours after its end
    user_turn_count INTEGER,             -- turns, as in event_session_quality; NULL: no prompt
    debug_loop_flag INTEGER,             -- as in event_session_quality; NULL: no prompt
    mid_session_error_paste_flag INTEGER, -- as in event_session_quality; NULL: no prompt
    accepted_output_flag INTEGER,        -- as in event_session_quality; NULL: no prompt
    first_accepted_change_at TEXT,       -- as in event_session_quality; NULL: none so far, or no prompt
    minutes_to_first_accepted_change REAL, -- as in event_session_quality; NULL: none so far, or no prompt
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (provider, session_id, repository, task_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_task_session_task ON event_task_session (repository, task_key);
CREATE VIEW build_event_task_session AS
SELECT
    w.session_key,
    r.repository_key AS repository,
    w.task_key,
    w.provider,
    w.session_id,
    w.branch_name,
    w.model_name,
    w.started_at,
    w.task_lines * 1.0 AS attribution_weight,
    w.is_within AS commit_within_window_flag,
    q.user_turn_count,
    q.debug_loop_flag,
    q.mid_session_error_paste_flag,
    q.accepted_output_flag,
    q.first_accepted_change_at,
    q.minutes_to_first_accepted_change,
    max(w.latest_ingested_at, coalesce(q.ingested_at, 0)) AS ingested_at
FROM (
    SELECT
        *,
        sum(branch_lines) OVER t AS task_lines,
        max(is_branch_within) OVER t AS is_within,
        max(is_counted) OVER t AS is_task_counted,
        max(ingested_at) OVER t AS latest_ingested_at,
        row_number() OVER (
            PARTITION BY session_key, repository_id, task_key ORDER BY is_counted DESC, branch_lines DESC, branch_name
        ) AS rank
    FROM (
        SELECT
            s.id AS session_key, s.provider, s.session_id, a.repository_id, a.task_key, a.branch_name,
            e.model_name, e.started_at, -- the same in all rows of a session
            sum(m.matched_lines * (p.place IN ('mainline', 'open'))) AS branch_lines,
            max(p.place IN ('mainline', 'open')) AS is_counted,
            max(
                strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') BETWEEN e.started_at
                AND strftime('%Y-%m-%dT%H:%M:%SZ', e.ended_at, '+4 hours')
            ) AS is_branch_within,
            max(e.ingested_at, max(m.ingested_at), max(a.ingested_at), max(c.ingested_at)) AS ingested_at
        FROM metadata_sessions AS s
        INNER JOIN event_session_productivity AS e
            ON e.provider = s.provider AND e.session_id = s.session_id
        CROSS JOIN fact_commit_session_match AS m ON m.session_id IN (
            SELECT s.id UNION ALL
            SELECT i.id FROM metadata_sessions AS i
            WHERE i.provider = s.provider AND i.parent_session_id = s.session_id AND i.is_subagent = 1
        )
        CROSS JOIN fact_commit AS c ON c.id = m.commit_id
        CROSS JOIN fact_task_commit_assignment AS a ON a.commit_id = m.commit_id
        CROSS JOIN build_session_commit AS p ON p.session_key = m.session_id AND p.commit_key = m.commit_id
        WHERE m.session_id > 0 AND m.matched_lines + m.generated_lines > 0 AND NOT EXISTS (
            SELECT 1 FROM metadata_sessions AS p
            WHERE s.is_subagent = 1 AND p.provider = s.provider AND p.session_id = s.parent_session_id
        )
        GROUP BY s.id, a.repository_id, a.task_key, a.branch_name
    )
    WINDOW t AS (PARTITION BY session_key, repository_id, task_key)
) AS w
INNER JOIN metadata_repositories AS r ON r.id = w.repository_id
LEFT JOIN event_session_quality AS q ON q.provider = w.provider AND q.session_id = w.session_id
WHERE w.rank = 1 AND w.is_task_counted = 1;
