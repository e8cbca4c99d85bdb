-- event_commit_churn
-- grain: one row per commit that the mainline contains
-- key: repository, commit_sha
-- scope: commit
-- time: commit_time
CREATE TABLE event_commit_churn (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    commit_time TEXT NOT NULL,           -- committer date, UTC
    mainline_at TEXT NOT NULL,           -- when it reached the mainline, UTC
    mature_at TEXT NOT NULL,             -- end of the window, UTC; before it the numbers may still rise
    ai_added_lines_reaching_mainline INTEGER NOT NULL, -- added lines of sessions, without generated files
    ai_added_lines_removed_within_window INTEGER NOT NULL, -- those of them that the mainline lost in the window
    ai_added_lines_removed INTEGER NOT NULL, -- those of them that the mainline has lost so far
    churn_window_days REAL NOT NULL,     -- length of the window
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds: the latest fact in this row
    PRIMARY KEY (repository, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_commit_churn_renamed AFTER UPDATE OF repository_key ON metadata_repositories
BEGIN
    DELETE FROM event_commit_churn WHERE repository = old.repository_key;
END;
CREATE TRIGGER event_commit_churn_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM event_commit_churn WHERE commit_sha = old.commit_sha
        AND repository = (SELECT repository_key FROM metadata_repositories WHERE id = old.repository_id);
END;
CREATE VIEW build_event_commit_churn AS
SELECT
    c.id AS commit_key, NULL AS repository, c.commit_sha, NULL AS commit_time, NULL AS mainline_at, NULL AS mature_at,
    0 AS ai_added_lines_reaching_mainline, 0 AS ai_added_lines_removed_within_window,
    0 AS ai_added_lines_removed, 0.0 AS churn_window_days, 0 AS ingested_at
FROM fact_commit AS c WHERE 0;
