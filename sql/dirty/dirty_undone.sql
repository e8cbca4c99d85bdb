-- dirty_undone
-- grain: one row per (session, file) whose undone lines are to be counted before the transaction ends
-- key: session_key, file_id
-- stage: undone
-- all: SELECT DISTINCT session_id, file_id FROM fact_session_code_change
CREATE TABLE dirty_undone (
    session_key INTEGER NOT NULL,        -- metadata_sessions.id
    file_id INTEGER NOT NULL,            -- metadata_files.id
    PRIMARY KEY (session_key, file_id)
) STRICT, WITHOUT ROWID;
