-- metadata_directories
-- grain: one row per directory met: a session's working directory, a work tree, an alias
-- key: directory_path
-- merge: first
-- unite: move
-- never: DELETE
CREATE TABLE metadata_directories (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    directory_path TEXT NOT NULL UNIQUE, -- absolute, as met; it need not exist any more
    repository_id INTEGER REFERENCES metadata_repositories (id), -- NULL: belongs to no known repository
    is_root INTEGER NOT NULL,            -- 1: a work tree or an alias; what lies below belongs to it
    resolved_by TEXT NOT NULL            -- git, root, remote, alias, nothing
) STRICT;
CREATE INDEX metadata_directories_repository ON metadata_directories (repository_id);
