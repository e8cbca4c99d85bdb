-- fact_session_code_change
-- grain: one row per accepted write to one file
-- key: change_key
-- merge: owner
CREATE TABLE fact_session_code_change (
    change_key INTEGER PRIMARY KEY,      -- 64-bit hash of the call and the position of the file in it
    call_key INTEGER NOT NULL,           -- tool call that wrote it
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- session that owns the row
    agent_id TEXT,                       -- sub-agent that wrote it; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when the write was reported as done
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- file after the write
    old_file_id INTEGER REFERENCES metadata_files (id), -- file before, if the write moved it
    operation TEXT NOT NULL,             -- create, update, delete, script (may have written)
    tool_name TEXT NOT NULL,             -- tool that wrote it
    lines_added INTEGER,                 -- lines added; NULL: unknown, at most those of added_hashes
    lines_removed INTEGER,               -- lines removed; NULL: unknown
    added_hashes BLOB NOT NULL,          -- hashes of the added lines, 8 bytes each, in order (aea/lines.py)
    removed_hashes BLOB NOT NULL,        -- hashes of the removed lines
    added_runs BLOB,                     -- line positions after the write; NULL: not recorded
    removed_runs BLOB,                   -- line positions before the write; NULL: not recorded
    lead_key INTEGER,                    -- hash of the first lines of the file (aea/lines.py); NULL: the write does not include them
    is_before_known INTEGER NOT NULL,    -- 1: the log has the whole file before the write
    is_user_modified INTEGER NOT NULL,   -- 1: a person changed the proposal before accepting it
    branch_name TEXT,                    -- branch at the time
    owner_rank INTEGER NOT NULL,         -- rank of the session among those with a copy; the lowest owns the row
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- file that it was read from
    source_offset INTEGER NOT NULL,      -- byte offset of its line
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_code_change_session
    ON fact_session_code_change (session_id, occurred_at);
CREATE INDEX fact_session_code_change_file ON fact_session_code_change (file_id, occurred_at);
CREATE INDEX fact_session_code_change_lead ON fact_session_code_change (lead_key, occurred_at)
    WHERE lead_key IS NOT NULL;
CREATE INDEX fact_session_code_change_moved ON fact_session_code_change (old_file_id)
    WHERE old_file_id IS NOT NULL;
