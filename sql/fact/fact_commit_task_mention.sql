-- fact_commit_task_mention
-- grain: one row per (commit, task that its message mentions)
-- key: repository_id, commit_sha, task_key
-- merge: first
-- unite: delete
-- never: UPDATE
CREATE TABLE fact_commit_task_mention (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the commit
    commit_sha TEXT NOT NULL,            -- commit
    task_key TEXT NOT NULL,              -- task key, such as ABC-12 or #12
    evidence TEXT NOT NULL,              -- where in the message: trailer, message (anywhere else)
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, task_key)
) STRICT, WITHOUT ROWID;
