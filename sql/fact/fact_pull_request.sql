-- fact_pull_request
-- grain: one row per pull request or merge request, as of the last sync
-- key: repository_id, pr_number
-- read from: forge
-- unite: delete
-- Written only by `aea github sync` and `aea gitlab sync`. Titles and texts are not stored.
CREATE TABLE fact_pull_request (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the pull request
    pr_number INTEGER NOT NULL,          -- number of a pull request, iid of a merge request
    forge TEXT NOT NULL,                 -- github, gitlab
    state TEXT NOT NULL,                 -- open, closed, merged
    is_draft INTEGER NOT NULL,           -- 1: marked as a draft
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of its creation
    updated_at INTEGER NOT NULL,         -- UTC milliseconds of its last change
    closed_at INTEGER,                   -- UTC milliseconds; NULL: open
    merged_at INTEGER,                   -- UTC milliseconds; NULL: not merged
    base_ref TEXT NOT NULL,              -- target branch
    head_ref TEXT NOT NULL,              -- source branch
    head_sha TEXT NOT NULL,              -- its last commit
    merge_commit_sha TEXT,               -- merge or squash commit on the target branch; NULL: not merged
    listed_sha TEXT,                     -- head_sha when its commits were last listed; NULL: never
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, pr_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_pull_request_merge ON fact_pull_request (repository_id, merge_commit_sha, occurred_at);
