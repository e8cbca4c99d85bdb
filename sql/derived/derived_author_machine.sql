-- derived_author_machine
-- grain: one row per (author, machine on which the sessions of that person are collected)
-- key: user_email, machine_id
-- never: UPDATE
-- stage: coverage
-- rule: author.1
-- dirty: dirty_author
-- reads: fact_clone_user -> user_email
-- reads: metadata_machines -> SELECT user_email FROM fact_clone_user WHERE row.id > 0
-- reads: metadata_users, constant
-- reads: fact_commit (author_id, authored_at) -> SELECT u.user_email FROM metadata_users AS u
--     WHERE u.id = row.author_id
--         AND EXISTS (SELECT 1 FROM fact_commit_session_match AS m WHERE m.commit_id = row.id AND m.session_id > 0)
-- reads: fact_commit_session_match -> SELECT u.user_email FROM fact_commit AS c
--     CROSS JOIN metadata_users AS u ON u.id = c.author_id WHERE c.id = row.commit_id AND row.session_id > 0
-- reads: metadata_sessions (machine_id) -> SELECT u.user_email FROM fact_commit_session_match AS m
--     CROSS JOIN fact_commit AS c ON c.id = m.commit_id
--     CROSS JOIN metadata_users AS u ON u.id = c.author_id WHERE m.session_id = row.id AND m.session_id > 0
-- author.1: sessions of the machine wrote at least a tenth of the lines that a commit of the author adds, or git's
-- configuration of a clone names the address: author.email or user.email, or aea.author. Not if one has it as aea.notAuthor.
CREATE TABLE derived_author_machine (
    user_email TEXT NOT NULL,            -- address of the author, after .mailmap
    machine_id INTEGER NOT NULL REFERENCES metadata_machines (id) ON DELETE CASCADE, -- the machine
    evidence TEXT NOT NULL,              -- configuration, matched_lines
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (user_email, machine_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_author_machine_machine ON derived_author_machine (machine_id);
