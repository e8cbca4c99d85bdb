-- derived_session_undone
-- grain: one row per (session, file) in which accepted writes of the session added lines
-- key: session_id, file_id
-- stage: undone
-- rule: undone.1
-- dirty: dirty_undone
-- reads: fact_session_code_change -> session_id, file_id
-- reads: fact_session_code_change -> SELECT row.session_id, row.old_file_id WHERE row.old_file_id IS NOT NULL
-- undone.1: writes in the order of time. A line is undone if a later write of the session to the same file removes it and
-- does not add it again; white space does not matter, lines with fewer than three letters or digits do not count.
CREATE TABLE derived_session_undone (
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id) ON DELETE CASCADE, -- session that wrote
    file_id INTEGER NOT NULL REFERENCES metadata_files (id) ON DELETE CASCADE, -- file that it wrote to
    lines_added INTEGER NOT NULL,        -- lines that its writes added
    lines_undone INTEGER NOT NULL,       -- of these, removed by a later write of the session
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (session_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_session_undone_file ON derived_session_undone (file_id);
