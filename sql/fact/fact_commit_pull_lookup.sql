-- fact_commit_pull_lookup
-- grain: one row per commit that was looked up at its forge, to find its pull requests
-- key: repository_id, commit_sha
-- read from: forge
-- unite: delete
CREATE TABLE fact_commit_pull_lookup (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the commit
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    lookup_status TEXT NOT NULL,         -- resolved, no_pr, failed (the forge does not have the commit), rate_limited
    attempt_count INTEGER NOT NULL,      -- number of answers so far
    next_at INTEGER NOT NULL,            -- UTC milliseconds of the next look-up at the earliest: after 1, 2, 4 ... 32 days
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the last look-up
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha)
) STRICT, WITHOUT ROWID;
