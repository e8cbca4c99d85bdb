-- derived_commit_line_match
-- grain: one row per run of lines that a commit added to a file, with one owner and one reason
-- key: commit_id, file_id, first_line; no line is in two runs
-- never: UPDATE
-- stage: attribution
-- rule: match.6
-- dirty: dirty_match_commit
-- reads: fact_commit_file_change -> commit_id
-- reads: fact_commit, with fact_commit_file_change
-- reads: fact_commit_rewrite -> SELECT id FROM fact_commit
--     WHERE repository_id = row.repository_id AND commit_sha = row.new_sha
-- reads: fact_session_code_change -> dirty_match_file: file_id, occurred_at, occurred_at
-- reads: metadata_links -> dirty_match_file: SELECT x.file_id, min(x.occurred_at), max(x.occurred_at)
--     FROM metadata_files AS f INNER JOIN fact_session_code_change AS x ON x.file_id = f.id
--     WHERE f.repository_id = row.repository_id GROUP BY x.file_id
-- reads: metadata_files (repository_id, file_path, is_generated, name_key) -> dirty_match_file: SELECT row.id, min(occurred_at), max(occurred_at)
--     FROM fact_session_code_change WHERE file_id = row.id HAVING count(*) > 0
-- Lines in no run belong to nobody known. docs/attribution.md has the rules.
CREATE TABLE derived_commit_line_match (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id) ON DELETE CASCADE, -- the commit
    file_id INTEGER NOT NULL,            -- metadata_files.id: the file after the commit
    first_line INTEGER NOT NULL,         -- line number after the commit, from 1
    line_count INTEGER NOT NULL,         -- lines of the run
    session_id INTEGER NOT NULL,         -- metadata_sessions.id: the session that wrote them
    agent_id TEXT,                       -- the sub-agent that wrote them; NULL: the main conversation
    stage TEXT NOT NULL,                 -- lineage, replay, run, move, format, script, fill
    confidence REAL NOT NULL,            -- 0 to 1
    is_carried INTEGER NOT NULL,         -- 1: an ancestor had added these lines already
    change_key INTEGER,                  -- fact_session_code_change: the write that these lines use up; NULL: inherited or inferred
    change_line INTEGER,                 -- index of the first line among the lines that the write added, from 0
    origin_id INTEGER,                   -- fact_commit.id: the commit that the owner was inherited from; NULL: not inherited
    written_at INTEGER NOT NULL,         -- when the session wrote the lines, UTC milliseconds
    occurred_at INTEGER NOT NULL,        -- when the commit was made, UTC milliseconds
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_commit_line_match_change ON derived_commit_line_match (change_key)
    WHERE change_key IS NOT NULL;
CREATE INDEX derived_commit_line_match_file ON derived_commit_line_match (file_id, occurred_at);
CREATE INDEX derived_commit_line_match_session ON derived_commit_line_match (session_id);
CREATE INDEX derived_commit_line_match_origin ON derived_commit_line_match (origin_id)
    WHERE origin_id IS NOT NULL;
