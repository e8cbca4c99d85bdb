-- derived_repository_mainline
-- grain: one row per repository whose mainline is known
-- key: repository_id
-- stage: mainline
-- rule: mainline.1
CREATE TABLE derived_repository_mainline (
    repository_id INTEGER PRIMARY KEY REFERENCES metadata_repositories (id), -- the repository
    branch_name TEXT NOT NULL,           -- short name of the mainline branch
    ingested_at INTEGER NOT NULL         -- UTC milliseconds
) STRICT;
