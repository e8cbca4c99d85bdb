-- fact_issue_fix
-- grain: one row per (issue, pull request whose text says that merging it closes the issue)
-- key: repository_id, issue_number, pr_number
-- read from: forge
-- unite: delete
-- never: UPDATE
-- the issue is a bug when it is in fact_issue, mended when the pull request is merged
CREATE TABLE fact_issue_fix (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    issue_number INTEGER NOT NULL,       -- the issue, of whatever kind
    pr_number INTEGER NOT NULL,          -- the pull request
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when the forge told it first
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, issue_number, pr_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_issue_fix_pull ON fact_issue_fix (repository_id, pr_number);
