-- event_commit_bug_signal
-- grain: one row per commit that brought AI lines to the mainline
-- key: repository, commit_sha
-- scope: commit
-- time: commit_time
CREATE TABLE event_commit_bug_signal (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    commit_time TEXT NOT NULL,           -- committer date, UTC
    mature_at TEXT NOT NULL,             -- end of the window, UTC; before it a signal may still come
    bug_after_merge_flag INTEGER NOT NULL, -- 1: a fix within the window removed AI lines of it
    first_bug_signal_commit_sha TEXT,    -- the earliest such fix; NULL: none
    first_bug_signal_commit_time TEXT,   -- when that reached the mainline, UTC; NULL: none
    bug_signal_count INTEGER NOT NULL,   -- such fixes
    signal_source TEXT,                  -- git_fix_commit, linked_issue, or both joined with +; NULL: none
    window_days REAL NOT NULL,           -- length of the window
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds: the latest fact in this row
    PRIMARY KEY (repository, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_commit_bug_signal_renamed AFTER UPDATE OF repository_key ON metadata_repositories
BEGIN
    DELETE FROM event_commit_bug_signal WHERE repository = old.repository_key;
END;
CREATE TRIGGER event_commit_bug_signal_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM event_commit_bug_signal WHERE commit_sha = old.commit_sha
        AND repository = (SELECT repository_key FROM metadata_repositories WHERE id = old.repository_id);
END;
CREATE VIEW build_event_commit_bug_signal AS
SELECT
    c.id AS commit_key, NULL AS repository, c.commit_sha, NULL AS commit_time, NULL AS mature_at,
    0 AS bug_after_merge_flag, NULL AS first_bug_signal_commit_sha, NULL AS first_bug_signal_commit_time,
    0 AS bug_signal_count, NULL AS signal_source, 0.0 AS window_days, 0 AS ingested_at
FROM fact_commit AS c WHERE 0;
