-- fact_clone_user
-- grain: one row per (clone, address) that git's configuration of the clone says something about
-- key: source_id, user_email
-- merge: first
-- unite: delete
-- never: UPDATE
-- Read with the clone: author.email or user.email, and the settings aea.author and aea.notAuthor.
CREATE TABLE fact_clone_user (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    user_email TEXT NOT NULL,            -- in lower case, with .mailmap applied
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the clone
    is_own INTEGER NOT NULL,             -- 1: of a person whose sessions are collected here; 0: of somebody else
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was found
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    PRIMARY KEY (source_id, user_email)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_clone_user_email ON fact_clone_user (user_email);
