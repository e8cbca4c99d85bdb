-- dirty_author
-- grain: one row per address for which it must be looked up whose sessions are here before the transaction ends
-- key: user_email
-- stage: coverage
-- all: SELECT user_email FROM metadata_users UNION SELECT user_email FROM fact_clone_user
CREATE TABLE dirty_author (
    user_email TEXT PRIMARY KEY          -- address, after .mailmap
) STRICT, WITHOUT ROWID;
