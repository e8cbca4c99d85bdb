-- 0008_coverage
-- Whose sessions are here, and what counts as an import.
ALTER TABLE metadata_files ADD COLUMN is_vendored INTEGER NOT NULL DEFAULT 0;
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
CREATE INDEX fact_commit_author ON fact_commit (author_id, authored_at);
INSERT INTO metadata_settings VALUES
('import_root_lines', 200, 200, 'count', 'A commit without a parent is an import from this many lines on that no session wrote.'),
('import_lines', 10000, 10000, 'count', 'Any commit is an import from this many lines on that no session wrote.');
