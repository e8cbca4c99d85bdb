-- event_task_commit
-- grain: one row per (task, commit)
-- key: repository, commit_sha, task_key
-- scope: commit
-- time: commit_time
-- reads: fact_commit, fact_task_commit_assignment, metadata_repositories
CREATE TABLE event_task_commit (
    repository TEXT NOT NULL,            -- key of the repository
    task_key TEXT NOT NULL,              -- such as ABC-12 or #12; else the branch; (unknown)
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    branch_name TEXT,                    -- the branch the commit was made on; NULL: unknown
    evidence TEXT NOT NULL,              -- trailer, message, branch, branch_name, integration, nothing
    fallback_flag INTEGER NOT NULL,      -- 1: no task is known, the key stands for a branch that many share
    confidence REAL NOT NULL,            -- 0 to 1
    commit_time TEXT NOT NULL,           -- committer date, UTC
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds: the latest fact in this row
    PRIMARY KEY (repository, commit_sha, task_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_task_commit_task ON event_task_commit (repository, task_key);
CREATE TRIGGER event_task_commit_renamed AFTER UPDATE OF repository_key ON metadata_repositories
BEGIN
    DELETE FROM event_task_commit WHERE repository = old.repository_key;
END;
CREATE TRIGGER event_task_commit_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM event_task_commit WHERE commit_sha = old.commit_sha
        AND repository = (SELECT repository_key FROM metadata_repositories WHERE id = old.repository_id);
END;
CREATE TRIGGER event_task_commit_assigned AFTER INSERT ON fact_task_commit_assignment BEGIN
    INSERT INTO dirty_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER event_task_commit_withdrawn AFTER DELETE ON fact_task_commit_assignment BEGIN
    INSERT INTO dirty_commit VALUES (old.commit_id) ON CONFLICT DO NOTHING;
END;
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
