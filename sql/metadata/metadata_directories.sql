-- metadata_directories
-- grain: one row per directory: a working directory of sessions, a work tree or an alias
-- key: directory_path
-- merge: first
-- unite: move
-- never: DELETE
CREATE TABLE metadata_directories (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    directory_path TEXT NOT NULL UNIQUE, -- absolute path as recorded; may have been deleted
    repository_id INTEGER REFERENCES metadata_repositories (id), -- repository that it belongs to; NULL: none known
    is_root INTEGER NOT NULL,            -- 1: a work tree or an alias; directories below belong to the same repository
    resolved_by TEXT NOT NULL            -- how: git (found on disk), root (the root above), remote (URL in a session), alias, nothing; of a lost root: tree, lines, branch, name (aea/lost_trees.py)
) STRICT;
CREATE INDEX metadata_directories_repository ON metadata_directories (repository_id);
