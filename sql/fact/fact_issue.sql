-- fact_issue
-- grain: one row per issue that its forge labels as a bug
-- key: repository_id, issue_number
-- read from: forge
-- unite: delete
CREATE TABLE fact_issue (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    issue_number INTEGER NOT NULL,       -- number of the issue
    forge TEXT NOT NULL,                 -- github, gitlab
    state TEXT NOT NULL,                 -- open, closed
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was opened
    updated_at INTEGER NOT NULL,         -- UTC milliseconds of its last change
    closed_at INTEGER,                   -- UTC milliseconds; NULL: it is open
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, issue_number)
) STRICT, WITHOUT ROWID;
