-- fact_pull_request
-- grain: one row per pull or merge request of a repository, as its forge last told it
-- key: repository_id, pr_number
-- read from: forge
-- unite: delete
-- written by `aea github sync` and `aea gitlab sync` only; titles and texts are not stored
CREATE TABLE fact_pull_request (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    pr_number INTEGER NOT NULL,          -- number of the pull request, iid of the merge request
    forge TEXT NOT NULL,                 -- github, gitlab
    state TEXT NOT NULL,                 -- open, closed, merged
    is_draft INTEGER NOT NULL,           -- 1: not ready yet
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was opened
    updated_at INTEGER NOT NULL,         -- UTC milliseconds of its last change
    closed_at INTEGER,                   -- UTC milliseconds; NULL: it is open
    merged_at INTEGER,                   -- UTC milliseconds; NULL: it is not merged
    base_ref TEXT NOT NULL,              -- the branch it goes to
    head_ref TEXT NOT NULL,              -- the branch it comes from
    head_sha TEXT NOT NULL,              -- its last commit
    merge_commit_sha TEXT,               -- the merge or squash on the base branch; NULL: not merged
    listed_sha TEXT,                     -- head_sha when its commits were asked for; NULL: never
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, pr_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_pull_request_merge ON fact_pull_request (repository_id, merge_commit_sha, occurred_at);
