-- metadata_links
-- grain: one row per symbolic link to a place in a repository, and place that it ever led to
-- key: repository_id, link_path, target_path
-- merge: first
-- unite: move
-- Found in commits, and on disk when a session was read: a link that is gone still explains old paths.
CREATE TABLE metadata_links (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the target
    link_path TEXT NOT NULL,             -- relative to the repository; absolute if the link is outside
    target_path TEXT NOT NULL,           -- relative to the repository; empty: its root
    UNIQUE (repository_id, link_path, target_path)
) STRICT;
CREATE INDEX metadata_links_target ON metadata_links (repository_id, target_path);
