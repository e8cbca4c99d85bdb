-- metadata_files
-- grain: one row per (repository, path), or per absolute path outside known repositories
-- key: repository_id, file_path
-- merge: first
-- unite: move
CREATE TABLE metadata_files (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER REFERENCES metadata_repositories (id), -- repository of the file; NULL: none known
    file_path TEXT NOT NULL,             -- relative to the repository; absolute without one
    extension TEXT NOT NULL,             -- in lower case, without the dot; empty: none
    is_generated INTEGER NOT NULL,       -- 1: a lock file, vendored or generated file, by its name
    name_key INTEGER NOT NULL DEFAULT 0, -- hash of the path without case and form of accents (aea/spelling.py)
    is_vendored INTEGER NOT NULL DEFAULT 0 -- 1: .gitattributes of a known clone marks it as linguist-vendored
) STRICT;
CREATE UNIQUE INDEX metadata_files_path ON metadata_files (coalesce(repository_id, 0), file_path);
CREATE INDEX metadata_files_name ON metadata_files (name_key, repository_id);
