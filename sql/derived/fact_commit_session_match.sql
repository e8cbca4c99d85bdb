-- fact_commit_session_match
-- grain: one row per (commit, session with lines in it), and one per commit for the lines of nobody known
-- key: commit_id, session_id
-- never: UPDATE
-- stage: attribution
-- rule: match.2
-- dirty: dirty_match_commit
-- reads: derived_commit_line_match
-- Line counts leave out generated files and lock files, which are counted apart.
CREATE TABLE fact_commit_session_match (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id) ON DELETE CASCADE, -- the commit
    session_id INTEGER NOT NULL,         -- metadata_sessions.id; 0: unattributed, which does not mean a person
    matched_lines INTEGER NOT NULL,      -- lines of the session that are new with this commit
    certain_lines INTEGER NOT NULL,      -- matched lines with a confidence of at least 0.7
    carried_lines INTEGER NOT NULL,      -- lines of the session that this commit only moved or restored
    generated_lines INTEGER NOT NULL,    -- lines of the session in generated files
    share_of_commit REAL,                -- matched_lines divided by the lines that the commit adds; NULL: it adds none
    confidence REAL,                     -- mean confidence of the matched lines; NULL: unattributed
    occurred_at INTEGER NOT NULL,        -- when the commit was made, UTC milliseconds
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (commit_id, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_session_match_session ON fact_commit_session_match (session_id)
    WHERE session_id > 0; -- most rows are unattributed: counted in the statistics, they would favour a scan
