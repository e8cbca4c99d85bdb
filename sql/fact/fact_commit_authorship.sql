-- fact_commit_authorship
-- grain: one row per (commit, source, file, line run) that another tool recorded; per commit where it names no lines
-- key: repository_id, commit_sha, source_id, record_key
-- merge: first
-- unite: delete
-- never: UPDATE
-- what others say about who wrote a commit, beside our own attribution and never merged into it. Two clones that hold
-- the same record have a row each. The commit need not be here. Overlapping runs stay as recorded.
CREATE TABLE fact_commit_authorship (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- as recorded; of an agent trace often the commit that the work began from
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    record_key INTEGER NOT NULL,         -- 64-bit hash of the columns from record_kind to occurred_at
    record_kind TEXT NOT NULL,           -- git_ai_note, agent_trace, trailer, entire_checkpoint
    tool_name TEXT,                      -- claude, codex, cursor, ...; NULL: unknown
    external_session TEXT,               -- the session or checkpoint by the recording tool's own id; NULL: none named
    model_name TEXT,                     -- as recorded; NULL: none named
    file_path TEXT,                      -- relative to the repository, after the commit; NULL: the whole commit
    first_line INTEGER,                  -- counted from 1, after the commit; NULL: no lines named
    line_count INTEGER,                  -- NULL: no lines named
    contributor TEXT NOT NULL,           -- ai, human, mixed, unknown
    occurred_at INTEGER,                 -- UTC milliseconds: of the trace, of a trailer's commit; NULL: a note tells none
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, source_id, record_key)
) STRICT, WITHOUT ROWID;
