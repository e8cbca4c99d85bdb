-- derived_line_arrival
-- grain: one row per run of added lines of a commit that the mainline got, all of one session
-- key: commit_id, file_id, first_line; no line is in two runs
-- stage: ledger
-- rule: ledger.1
-- derived (aea/materialize/ledger.py): the births in the line ledger; without carried lines and generated files
CREATE TABLE derived_line_arrival (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit that added the lines
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- their file after that commit
    first_line INTEGER NOT NULL,         -- line number after that commit
    line_count INTEGER NOT NULL,         -- lines of the run
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- who wrote them
    trunk_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit of the trunk that brought them
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when that reached the mainline
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_line_arrival_trunk ON derived_line_arrival (trunk_id);
CREATE INDEX derived_line_arrival_session ON derived_line_arrival (session_id);
