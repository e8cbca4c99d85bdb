-- 0007_links_and_spellings
-- A session may name a file of a repository by another path: through a symbolic link, in other letters. name_key is
-- aea/spelling.py.
ALTER TABLE metadata_files ADD COLUMN name_key INTEGER NOT NULL DEFAULT 0;
UPDATE metadata_files SET name_key = name_key(file_path);
CREATE INDEX metadata_files_name ON metadata_files (name_key, repository_id);
CREATE TABLE metadata_links (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the target
    link_path TEXT NOT NULL,             -- relative to the repository; absolute if the link is outside
    target_path TEXT NOT NULL,           -- relative to the repository; empty: its root
    UNIQUE (repository_id, link_path, target_path)
) STRICT;
CREATE INDEX metadata_links_target ON metadata_links (repository_id, target_path);
