-- metadata_tasks
-- grain: one row per task
-- key: task_key
-- merge: first
-- salvage: all
-- never: UPDATE, DELETE
CREATE TABLE metadata_tasks (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    task_key TEXT NOT NULL UNIQUE        -- key of the work item, such as ABC-12
) STRICT;
