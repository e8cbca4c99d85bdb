-- metadata_repositories
-- grain: one row per repository; linked worktrees and all clones of a remote count as one
-- key: repository_key
-- merge: first
CREATE TABLE metadata_repositories (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_key TEXT NOT NULL UNIQUE, -- git:<host>/<path> of the remote, or dir:<path> without a remote
    repository_name TEXT NOT NULL,       -- last part of the key
    task_patterns TEXT                   -- values of git config aea.taskPattern, as a JSON array; NULL: the built-in rules apply
) STRICT;
