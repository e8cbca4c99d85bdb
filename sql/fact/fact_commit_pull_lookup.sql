-- fact_commit_pull_lookup
-- grain: one row per commit for which the forge was asked which pull requests it is in
-- key: repository_id, commit_sha
-- read from: forge
-- unite: delete
CREATE TABLE fact_commit_pull_lookup (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    lookup_status TEXT NOT NULL,         -- resolved, no_pr, failed (the forge has no such commit), rate_limited
    attempt_count INTEGER NOT NULL,      -- how often it was answered
    next_at INTEGER NOT NULL,            -- UTC milliseconds: not asked again before, 1, 2, 4 ... 32 days later
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was asked last
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha)
) STRICT, WITHOUT ROWID;
