-- metadata_machines
-- grain: one row per machine whose sessions are in this database
-- key: machine_key
-- merge: first
-- never: UPDATE, DELETE
CREATE TABLE metadata_machines (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    machine_key TEXT NOT NULL UNIQUE,    -- natural key: a hash of the operating system's machine id
    platform TEXT NOT NULL               -- linux, darwin, win32
) STRICT;
