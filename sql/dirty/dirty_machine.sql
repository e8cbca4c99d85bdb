-- dirty_machine
-- grain: one row per machine whose first activity must be looked up before the transaction ends
-- key: machine_id
-- stage: coverage
-- all: SELECT id FROM metadata_machines
CREATE TABLE dirty_machine (
    machine_id INTEGER PRIMARY KEY       -- metadata_machines.id
) STRICT;
