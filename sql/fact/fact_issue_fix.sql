-- fact_issue_fix
-- grain: one row per (issue, pull request that closes it when merged, according to its text)
-- key: repository_id, issue_number, pr_number
-- read from: forge
-- unite: delete
-- never: UPDATE
-- The issue is a bug if it is in fact_issue. It is fixed when the pull request is merged.
CREATE TABLE fact_issue_fix (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the issue
    issue_number INTEGER NOT NULL,       -- issue of any kind
    pr_number INTEGER NOT NULL,          -- pull request
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when aea first read it
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, issue_number, pr_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_issue_fix_pull ON fact_issue_fix (repository_id, pr_number);
