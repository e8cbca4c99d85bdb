-- fact_commit_session_match
-- grain: one row per (commit, session) with lines of that session, and one for the lines of nobody known
-- key: commit_id, session_id
-- stage: attribution
-- rule: match.1
-- counts added lines of files that people write; generated files and lock files count apart
CREATE TABLE fact_commit_session_match (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit
    session_id INTEGER NOT NULL,         -- metadata_sessions.id; 0: unattributed, which does not mean a person
    matched_lines INTEGER NOT NULL,      -- its lines, each new with this commit
    certain_lines INTEGER NOT NULL,      -- those of them with a confidence of 0.7 and more
    carried_lines INTEGER NOT NULL,      -- lines it wrote that this commit only moved or put back
    generated_lines INTEGER NOT NULL,    -- its lines in generated files
    share_of_commit REAL,                -- matched_lines by the commit's lines; NULL: it adds none
    confidence REAL,                     -- mean over matched_lines; NULL: unattributed
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_session_match_session ON fact_commit_session_match (session_id)
    WHERE session_id > 0; -- most rows are nobody's: statistics over all would speak for a scan
