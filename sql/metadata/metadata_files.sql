-- metadata_files
-- grain: one row per (repository, path); files outside every known repository by absolute path
-- key: repository_id, file_path
-- merge: first
-- unite: move
CREATE TABLE metadata_files (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER REFERENCES metadata_repositories (id), -- NULL: in no known repository
    file_path TEXT NOT NULL,             -- relative to the repository, else absolute
    extension TEXT NOT NULL,             -- lower case without the dot; empty when there is none
    is_generated INTEGER NOT NULL        -- 1: by its name a lock file, vendored or written by a tool
) STRICT;
CREATE UNIQUE INDEX metadata_files_path ON metadata_files (coalesce(repository_id, 0), file_path);
