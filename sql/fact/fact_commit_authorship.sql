-- fact_commit_authorship
-- grain: one row per (commit, clone, file, run of lines) that another tool recorded, or per commit if it records no lines
-- key: repository_id, commit_sha, source_id, record_key
-- merge: first
-- unite: delete
-- never: UPDATE
-- What other tools say about who wrote a commit. Reports show it next to the attribution of aea; it never
-- changes who wrote a line. In shares it is a tier of its own: coverage recorded in event_commit_outcome.
-- Two clones with the same record have a row each. The commit may be missing. Overlapping runs stay as recorded.
CREATE TABLE fact_commit_authorship (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the commit
    commit_sha TEXT NOT NULL,            -- as recorded; an agent trace often names the commit that the work started from
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    record_key INTEGER NOT NULL,         -- 64-bit hash of the columns from record_kind to occurred_at
    record_kind TEXT NOT NULL,           -- git_ai_note, agent_trace, trailer, entire_checkpoint
    tool_name TEXT,                      -- claude, codex, cursor, ...; NULL: unknown
    external_session TEXT,               -- id of the session or checkpoint in that tool; NULL: none recorded
    model_name TEXT,                     -- as recorded; NULL: none recorded
    file_path TEXT,                      -- path after the commit, relative to the repository; NULL: the whole commit
    first_line INTEGER,                  -- line number after the commit, from 1; NULL: no lines recorded
    line_count INTEGER,                  -- number of lines; NULL: no lines recorded
    contributor TEXT NOT NULL,           -- ai, human, mixed, unknown
    occurred_at INTEGER,                 -- UTC milliseconds of the trace, or of the commit with the trailer; NULL: a note has no time
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, source_id, record_key)
) STRICT, WITHOUT ROWID;
