-- ingest_forge_state
-- grain: one row per repository that was synced with its forge
-- key: repository_id
-- read from: forge
-- unite: delete
CREATE TABLE ingest_forge_state (
    repository_id INTEGER PRIMARY KEY REFERENCES metadata_repositories (id), -- where
    forge TEXT NOT NULL,                 -- github, gitlab
    pulls_newest INTEGER,                -- newest updated_at of the listing under way; NULL: none seen
    pulls_until INTEGER,                 -- all changes up to here are listed, UTC milliseconds; NULL: never
    issues_newest INTEGER,               -- the same two of issues
    issues_until INTEGER,                -- UTC milliseconds; NULL: never
    sync_status TEXT NOT NULL,           -- running, complete, rate_limited, failed: how the last sync ended
    resume_at INTEGER,                   -- UTC milliseconds: not before, says the forge; NULL: at any time
    rate_remaining INTEGER,              -- requests left as last told; NULL: not told
    synced_at INTEGER NOT NULL,          -- UTC milliseconds of the last step
    completed_at INTEGER                 -- UTC milliseconds of the last complete sync; NULL: none
) STRICT;
