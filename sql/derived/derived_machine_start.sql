-- derived_machine_start
-- grain: one row per machine with sessions: since when its logs exist
-- key: machine_id
-- stage: coverage
-- rule: machine_start.1
-- dirty: dirty_machine
-- reads: metadata_sessions (machine_id) -> machine_id
-- reads: fact_session_message (session_id, occurred_at) -> SELECT s.machine_id FROM metadata_sessions AS s
--     WHERE s.id = row.session_id AND NOT EXISTS (SELECT 1 FROM derived_machine_start AS d
--         WHERE d.machine_id = s.machine_id AND d.first_at < row.occurred_at)
-- reads: fact_session_usage (session_id, occurred_at) -> SELECT s.machine_id FROM metadata_sessions AS s
--     WHERE s.id = row.session_id AND NOT EXISTS (SELECT 1 FROM derived_machine_start AS d
--         WHERE d.machine_id = s.machine_id AND d.first_at < row.occurred_at)
-- reads: fact_session_tool_call (session_id, occurred_at) -> SELECT s.machine_id FROM metadata_sessions AS s
--     WHERE s.id = row.session_id AND NOT EXISTS (SELECT 1 FROM derived_machine_start AS d
--         WHERE d.machine_id = s.machine_id AND d.first_at < row.occurred_at)
-- machine_start.1: the first message, response or tool call of any session that was read on the machine
CREATE TABLE derived_machine_start (
    machine_id INTEGER PRIMARY KEY REFERENCES metadata_machines (id) ON DELETE CASCADE, -- the machine
    first_at INTEGER NOT NULL,           -- first known activity of a session, UTC milliseconds
    ingested_at INTEGER NOT NULL         -- when this row was computed, UTC milliseconds
) STRICT;
