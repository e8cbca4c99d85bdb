-- dirty_author_tool
-- grain: one row per git identity that may be an agent's account
-- key: user_id
-- stage: coverage
-- all: SELECT id FROM metadata_users
CREATE TABLE dirty_author_tool (
    user_id INTEGER PRIMARY KEY          -- metadata_users.id
) STRICT;
