-- metadata_repositories
-- grain: one row per repository; linked worktrees and clones of one remote are one repository
-- key: repository_key
-- merge: first
CREATE TABLE metadata_repositories (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_key TEXT NOT NULL UNIQUE, -- natural key: git:<host>/<path> of the remote, else dir:<path>
    repository_name TEXT NOT NULL,       -- last part of the key, for people
    task_patterns TEXT                   -- git config aea.taskPattern as a JSON array; NULL: the built-in rules
) STRICT;
