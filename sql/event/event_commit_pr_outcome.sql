-- event_commit_pr_outcome
-- grain: one row per commit about whose pull request something is known
-- key: repository, commit_sha
-- scope: commit
-- time: commit_time
CREATE TABLE event_commit_pr_outcome (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    commit_time TEXT NOT NULL,           -- committer date, UTC
    lookup_status TEXT NOT NULL,         -- resolved, no_pr, failed, rate_limited; subject: only a message tells
    pr_number INTEGER,                   -- of the pull or merge request; NULL: none, or not known
    pr_opened_flag INTEGER,              -- 1: it has one; 0: the forge knows none; NULL: unknown
    pr_merged_flag INTEGER,              -- 1: that was merged; 0: it was not; NULL: unknown, or none
    pr_created_at TEXT,                  -- UTC; NULL: unknown
    pr_merged_at TEXT,                   -- UTC; NULL: unknown, or not merged
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds: the latest fact in this row
    PRIMARY KEY (repository, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_commit_pr_outcome_renamed AFTER UPDATE OF repository_key ON metadata_repositories
BEGIN
    DELETE FROM event_commit_pr_outcome WHERE repository = old.repository_key;
END;
CREATE TRIGGER event_commit_pr_outcome_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM event_commit_pr_outcome WHERE commit_sha = old.commit_sha
        AND repository = (SELECT repository_key FROM metadata_repositories WHERE id = old.repository_id);
END;
CREATE VIEW build_event_commit_pr_outcome AS
SELECT
    c.id AS commit_key, NULL AS repository, c.commit_sha, NULL AS commit_time, NULL AS lookup_status,
    NULL AS pr_number, NULL AS pr_opened_flag, NULL AS pr_merged_flag, NULL AS pr_created_at,
    NULL AS pr_merged_at, 0 AS ingested_at
FROM fact_commit AS c WHERE 0;
