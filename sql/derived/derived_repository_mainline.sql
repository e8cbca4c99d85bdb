-- derived_repository_mainline
-- grain: one row per repository whose mainline is known
-- key: repository_id
-- stage: mainline
-- rule: mainline.1
-- dirty: dirty_mainline
-- reads: derived_commit_mainline
CREATE TABLE derived_repository_mainline (
    repository_id INTEGER PRIMARY KEY REFERENCES metadata_repositories (id) ON DELETE CASCADE, -- the repository
    branch_name TEXT NOT NULL,           -- short name of its mainline branch
    ingested_at INTEGER NOT NULL         -- when this row was computed, UTC milliseconds
) STRICT;
