-- fact_commit_revert
-- grain: one row per (commit, commit that it reverts according to its message)
-- key: repository_id, commit_sha, reverted_sha
-- merge: first
-- unite: delete
-- never: UPDATE
CREATE TABLE fact_commit_revert (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the commit
    commit_sha TEXT NOT NULL,            -- the reverting commit
    reverted_sha TEXT NOT NULL,          -- the reverted commit, from the trailer; empty: only the subject is known
    subject_key INTEGER,                 -- hash of the subject that it quotes (fact_commit.subject_key); NULL: none
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the reverting commit
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, reverted_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_revert_reverted ON fact_commit_revert (repository_id, reverted_sha);
CREATE INDEX fact_commit_revert_subject ON fact_commit_revert (repository_id, subject_key)
    WHERE subject_key IS NOT NULL;
