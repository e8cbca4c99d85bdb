-- fact_commit_revert
-- grain: one row per (commit, commit that its message says it reverts)
-- key: repository_id, commit_sha, reverted_sha
-- merge: first
-- unite: delete
-- never: UPDATE
CREATE TABLE fact_commit_revert (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- the commit that reverts
    reverted_sha TEXT NOT NULL,          -- as its trailer says; empty: only the subject tells
    subject_key INTEGER,                 -- hash of the subject it quotes (fact_commit.subject_key); NULL: none
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit that reverts
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, reverted_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_revert_reverted ON fact_commit_revert (repository_id, reverted_sha);
CREATE INDEX fact_commit_revert_subject ON fact_commit_revert (repository_id, subject_key)
    WHERE subject_key IS NOT NULL;
