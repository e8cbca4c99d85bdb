-- fact_commit_rewrite
-- grain: one row per (old commit, new commit that replaced it)
-- key: repository_id, old_sha, new_sha
-- merge: first
-- unite: delete
-- never: UPDATE
CREATE TABLE fact_commit_rewrite (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of both commits
    old_sha TEXT NOT NULL,               -- replaced commit
    new_sha TEXT NOT NULL,               -- commit that replaced it
    rewrite_kind TEXT NOT NULL,          -- amend, rebase
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the rewrite
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, old_sha, new_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_rewrite_new ON fact_commit_rewrite (repository_id, new_sha);
