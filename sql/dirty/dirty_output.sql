-- dirty_output
-- grain: one row per session whose share in the ratios of output tokens must be summed up again
-- key: session_key
-- stage: output
-- all: SELECT id FROM metadata_sessions
CREATE TABLE dirty_output (
    session_key INTEGER PRIMARY KEY      -- metadata_sessions.id
) STRICT;
