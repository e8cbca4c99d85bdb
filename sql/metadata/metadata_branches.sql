-- metadata_branches
-- grain: one row per (repository, branch)
-- key: repository_id, branch_name
-- merge: first
-- unite: move
-- salvage: all
CREATE TABLE metadata_branches (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the branch
    branch_name TEXT NOT NULL,           -- short name, without refs/heads/
    task_id INTEGER REFERENCES metadata_tasks (id), -- task named in the branch name; NULL: none
    UNIQUE (repository_id, branch_name)
) STRICT;
