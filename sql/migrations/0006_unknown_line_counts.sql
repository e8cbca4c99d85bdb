-- 0006_unknown_line_counts
-- A session that overwrites a file says what the file holds now, but not how many of its lines are new.
ALTER TABLE fact_session_code_change RENAME TO former_code_change;
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
INSERT INTO fact_session_code_change
SELECT
    change_key, call_key, session_id, agent_id, occurred_at, file_id, old_file_id, operation,
    tool_name, lines_added, lines_removed, added_hashes, removed_hashes, added_runs, removed_runs,
    lead_key, is_before_known, is_user_modified, branch_name, owner_rank, source_id, source_offset,
    ingested_at
FROM former_code_change;
DROP TABLE former_code_change;
CREATE INDEX fact_session_code_change_session
    ON fact_session_code_change (session_id, occurred_at);
CREATE INDEX fact_session_code_change_file ON fact_session_code_change (file_id, occurred_at);
CREATE INDEX fact_session_code_change_lead ON fact_session_code_change (lead_key, occurred_at)
    WHERE lead_key IS NOT NULL;
CREATE INDEX fact_session_code_change_moved ON fact_session_code_change (old_file_id)
    WHERE old_file_id IS NOT NULL;
