-- fact_issue
-- grain: one row per issue with a bug label
-- key: repository_id, issue_number
-- read from: forge
-- unite: delete
CREATE TABLE fact_issue (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the issue
    issue_number INTEGER NOT NULL,       -- issue number
    forge TEXT NOT NULL,                 -- github, gitlab
    state TEXT NOT NULL,                 -- open, closed
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of its creation
    updated_at INTEGER NOT NULL,         -- UTC milliseconds of its last change
    closed_at INTEGER,                   -- UTC milliseconds; NULL: open
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, issue_number)
) STRICT, WITHOUT ROWID;
