-- metadata_machines
-- grain: one row per machine with sessions in this database
-- key: machine_key
-- merge: first
-- never: UPDATE, DELETE
CREATE TABLE metadata_machines (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    machine_key TEXT NOT NULL UNIQUE,    -- hash of the machine id of the operating system
    platform TEXT NOT NULL               -- linux, darwin, win32
) STRICT;
