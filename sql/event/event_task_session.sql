-- event_task_session
-- grain: one row per (task, session)
-- key: provider, session_id, repository, task_key
-- scope: session
-- time: started_at
CREATE TABLE event_task_session (
    repository TEXT NOT NULL,            -- key of the repository of the commits
    task_key TEXT NOT NULL,              -- as in event_task_commit
    provider TEXT NOT NULL,              -- which product
    session_id TEXT NOT NULL,            -- the provider's own id
    branch_name TEXT,                    -- the branch of most of its lines there; NULL: unknown
    model_name TEXT,                     -- the model that answered most; NULL: none recorded
    started_at TEXT NOT NULL,            -- first fact of the session, UTC
    attribution_weight REAL NOT NULL,    -- its matched lines in the commits of the task
    commit_within_window_flag INTEGER NOT NULL, -- 1: one of these commits came between its start and four hours after its end
    user_turn_count INTEGER,             -- these and the next as in event_session_quality; NULL: no prompt
    debug_loop_flag INTEGER,             -- 1: the same error came back in five turns or more
    mid_session_error_paste_flag INTEGER, -- 1: an error was pasted after the first prompt
    accepted_output_flag INTEGER,        -- 1: at least one line was changed and accepted
    first_accepted_change_at TEXT,       -- UTC; NULL: none so far
    minutes_to_first_accepted_change REAL, -- NULL: none so far
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds: the latest fact in this row
    PRIMARY KEY (provider, session_id, repository, task_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_task_session_task ON event_task_session (repository, task_key);
CREATE TRIGGER event_task_session_renamed AFTER UPDATE OF repository_key ON metadata_repositories
BEGIN
    DELETE FROM event_task_session WHERE repository = old.repository_key;
END;
CREATE VIEW build_event_task_session AS
SELECT
    s.id AS session_key, NULL AS repository, NULL AS task_key, s.provider, s.session_id, NULL AS branch_name,
    NULL AS model_name, NULL AS started_at, 0.0 AS attribution_weight, 0 AS commit_within_window_flag,
    NULL AS user_turn_count, NULL AS debug_loop_flag, NULL AS mid_session_error_paste_flag,
    NULL AS accepted_output_flag, NULL AS first_accepted_change_at,
    NULL AS minutes_to_first_accepted_change, 0 AS ingested_at
FROM metadata_sessions AS s WHERE 0;
