-- metadata_users
-- grain: one row per git identity, with .mailmap applied
-- key: user_email, user_name
-- merge: first
-- never: UPDATE, DELETE
CREATE TABLE metadata_users (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    user_email TEXT NOT NULL,            -- in lower case
    user_name TEXT NOT NULL,             -- name, with .mailmap applied
    UNIQUE (user_email, user_name)
) STRICT;
