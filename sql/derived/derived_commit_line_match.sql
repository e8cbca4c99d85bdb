-- derived_commit_line_match
-- grain: one row per run of added lines of one file of one commit that have one owner and one reason
-- key: commit_id, file_id, first_line; no line is in two runs
-- stage: attribution
-- rule: match.1
-- derived from the other facts by aea/attribution; a line in no run is nobody's that is known
CREATE TABLE derived_commit_line_match (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- the file after the commit
    first_line INTEGER NOT NULL,         -- line number after the commit
    line_count INTEGER NOT NULL,         -- lines of the run
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- who wrote them
    agent_id TEXT,                       -- the sub-agent that wrote; NULL: the main conversation
    stage TEXT NOT NULL,                 -- lineage, replay, run, move, format, fill (docs/attribution.md)
    confidence REAL NOT NULL,            -- 0 to 1
    is_carried INTEGER NOT NULL,         -- 1: an older commit of this history had added the lines already
    change_key INTEGER,                  -- the write that these lines use up; NULL: inherited or concluded
    change_line INTEGER,                 -- which of its added lines the first one is, from 0
    origin_id INTEGER REFERENCES fact_commit (id), -- the commit the owner was inherited from
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_commit_line_match_change ON derived_commit_line_match (change_key)
    WHERE change_key IS NOT NULL;
CREATE INDEX derived_commit_line_match_file ON derived_commit_line_match (file_id, occurred_at);
CREATE INDEX derived_commit_line_match_session ON derived_commit_line_match (session_id);
CREATE INDEX derived_commit_line_match_origin ON derived_commit_line_match (origin_id)
    WHERE origin_id IS NOT NULL AND is_carried = 0;
