-- fact_commit_task_mention
-- grain: one row per (commit, task) that the commit's message names
-- key: repository_id, commit_sha, task_key
-- merge: first
-- unite: delete
-- never: UPDATE
CREATE TABLE fact_commit_task_mention (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- the commit
    task_key TEXT NOT NULL,              -- such as ABC-12 or #12
    evidence TEXT NOT NULL,              -- trailer, message
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, task_key)
) STRICT, WITHOUT ROWID;
