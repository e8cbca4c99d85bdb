-- derived_line_arrival
-- grain: one row per run of lines of one session that a commit added and that reached the mainline
-- key: commit_id, file_id, first_line; no line is in two runs
-- never: UPDATE
-- stage: ledger
-- rule: ledger.1
-- dirty: dirty_ledger
-- reads: derived_commit_mainline -> SELECT row.commit_id WHERE row.trunk_id = row.commit_id
-- reads: fact_commit, with derived_commit_mainline
-- reads: fact_commit_file_change, with derived_commit_mainline
-- reads: fact_commit_trunk_change, with derived_commit_mainline
-- reads: derived_commit_line_match -> dirty_ledger_file: commit_id, file_id
-- reads: fact_session_code_change, with derived_commit_line_match
-- reads: metadata_files, with derived_commit_line_match
-- reads: metadata_links, with derived_commit_line_match
-- ledger.1: carried lines and generated files are left out. docs/mainline.md has the rules.
CREATE TABLE derived_line_arrival (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id) ON DELETE CASCADE, -- the commit that added the lines
    file_id INTEGER NOT NULL,            -- metadata_files.id: their file after that commit
    first_line INTEGER NOT NULL,         -- line number after that commit, from 1
    line_count INTEGER NOT NULL,         -- lines of the run
    session_id INTEGER NOT NULL,         -- metadata_sessions.id: the session that wrote them
    trunk_id INTEGER NOT NULL REFERENCES derived_commit_mainline (commit_id) ON DELETE CASCADE, -- the trunk commit that they came with
    occurred_at INTEGER NOT NULL,        -- when they reached the mainline, UTC milliseconds
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_line_arrival_trunk ON derived_line_arrival (trunk_id);
CREATE INDEX derived_line_arrival_session ON derived_line_arrival (session_id);
