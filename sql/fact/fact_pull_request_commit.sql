-- fact_pull_request_commit
-- grain: one row per (commit, pull request that has or had it)
-- key: repository_id, commit_sha, pr_number
-- read from: forge
-- unite: delete
-- never: UPDATE
CREATE TABLE fact_pull_request_commit (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the pull request
    commit_sha TEXT NOT NULL,            -- commit, which may be missing on this machine
    pr_number INTEGER NOT NULL,          -- pull request
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when aea first read it
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, pr_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_pull_request_commit_pull ON fact_pull_request_commit (repository_id, pr_number);
