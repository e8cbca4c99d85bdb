-- derived_author_tool
-- grain: one row per git identity that is an agent's own account
-- key: user_id
-- never: UPDATE
-- stage: coverage
-- rule: agent_account.1
-- dirty: dirty_author_tool
-- reads: metadata_users -> id
-- agent_account.1: the name or the address is that of a tool (aea/git/agents.py)
CREATE TABLE derived_author_tool (
    user_id INTEGER PRIMARY KEY REFERENCES metadata_users (id) ON DELETE CASCADE, -- the identity
    tool_name TEXT NOT NULL,             -- claude, copilot, codex, devin, ...
    ingested_at INTEGER NOT NULL         -- when this row was computed, UTC milliseconds
) STRICT;
