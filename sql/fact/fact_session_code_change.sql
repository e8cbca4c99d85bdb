-- fact_session_code_change
-- grain: one row per accepted write to one file
-- key: change_key
-- merge: owner
CREATE TABLE fact_session_code_change (
    change_key INTEGER PRIMARY KEY,      -- 64-bit hash of the call and the file's place in it
    call_key INTEGER NOT NULL,           -- the tool call that wrote
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- the session that owns it
    agent_id TEXT,                       -- the sub-agent that wrote; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when the write was reported done
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- the file after the write
    old_file_id INTEGER REFERENCES metadata_files (id), -- where it was, when the write moved it
    operation TEXT NOT NULL,             -- create, update, delete
    tool_name TEXT NOT NULL,             -- the tool that wrote
    lines_added INTEGER,                 -- lines the write added; NULL: unknown, at most those of added_hashes
    lines_removed INTEGER,               -- lines the write removed; NULL: unknown
    added_hashes BLOB NOT NULL,          -- 8 bytes a line, in order (aea/lines.py)
    removed_hashes BLOB NOT NULL,        -- the same for the removed lines
    added_runs BLOB,                     -- positions after the write; NULL: not recorded
    removed_runs BLOB,                   -- positions before the write; NULL: not recorded
    lead_key INTEGER,                    -- hash of how the file begins (aea/lines.py); NULL: not written
    is_before_known INTEGER NOT NULL,    -- 1: the log holds the whole file as it was before
    is_user_modified INTEGER NOT NULL,   -- 1: a person changed the proposal before accepting it
    branch_name TEXT,                    -- branch at that record
    owner_rank INTEGER NOT NULL,         -- order of the sessions that hold a copy; the least owns
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where it was read
    source_offset INTEGER NOT NULL,      -- byte at which the line starts
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_code_change_session
    ON fact_session_code_change (session_id, occurred_at);
CREATE INDEX fact_session_code_change_file ON fact_session_code_change (file_id, occurred_at);
CREATE INDEX fact_session_code_change_lead ON fact_session_code_change (lead_key, occurred_at)
    WHERE lead_key IS NOT NULL;
CREATE INDEX fact_session_code_change_moved ON fact_session_code_change (old_file_id)
    WHERE old_file_id IS NOT NULL;
