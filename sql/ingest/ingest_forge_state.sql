-- ingest_forge_state
-- grain: one row per repository with a forge sync
-- key: repository_id
-- read from: forge
-- unite: delete
CREATE TABLE ingest_forge_state (
    repository_id INTEGER PRIMARY KEY REFERENCES metadata_repositories (id), -- repository
    forge TEXT NOT NULL,                 -- github, gitlab
    pulls_newest INTEGER,                -- newest updated_at in the pull request listing, UTC milliseconds; NULL: none
    pulls_until INTEGER,                 -- all changes of pull requests until then are stored, UTC milliseconds; NULL: never complete
    issues_newest INTEGER,               -- newest updated_at in the issue listing, UTC milliseconds; NULL: none
    issues_until INTEGER,                -- all changes of issues until then are stored, UTC milliseconds; NULL: never complete
    sync_status TEXT NOT NULL,           -- state of the last sync: running, complete, rate_limited, failed
    resume_at INTEGER,                   -- UTC milliseconds when the rate limit ends; NULL: no limit
    rate_remaining INTEGER,              -- remaining requests, as of the last answer; NULL: unknown
    synced_at INTEGER NOT NULL,          -- UTC milliseconds of the last step
    completed_at INTEGER                 -- UTC milliseconds of the last complete sync; NULL: never
) STRICT;
