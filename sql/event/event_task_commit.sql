-- event_task_commit
-- grain: one row per (task, commit)
-- key: repository, commit_sha, task_key
-- scope: commit
-- time: commit_time
-- reads: fact_commit -> id
-- reads: metadata_repositories (repository_key) -> SELECT id FROM fact_commit WHERE repository_id = row.id
-- reads: fact_task_commit_assignment -> commit_id
CREATE TABLE event_task_commit (
    repository TEXT NOT NULL,            -- key of the repository
    task_key TEXT NOT NULL,              -- such as ABC-12 or #12, or the name of its branch, or (unknown)
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    branch_name TEXT,                    -- the branch that the commit was made on; NULL: unknown
    evidence TEXT NOT NULL,              -- trailer, message, branch, branch_name, integration, nothing
    fallback_flag INTEGER NOT NULL,      -- 1: no task is known; task_key is a branch that many tasks share, or (unknown)
    confidence REAL NOT NULL,            -- 0 to 1
    commit_time TEXT NOT NULL,           -- committer date, UTC
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (repository, commit_sha, task_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_task_commit_task ON event_task_commit (repository, task_key);
CREATE VIEW build_event_task_commit AS
SELECT
    c.id AS commit_key,
    r.repository_key AS repository,
    a.task_key,
    c.commit_sha,
    a.branch_name,
    a.evidence,
    a.is_fallback AS fallback_flag,
    a.confidence,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') AS commit_time,
    max(c.ingested_at, a.ingested_at) AS ingested_at
FROM fact_commit AS c
INNER JOIN fact_task_commit_assignment AS a ON a.commit_id = c.id
INNER JOIN metadata_repositories AS r ON r.id = c.repository_id;
