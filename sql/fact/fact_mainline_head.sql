-- fact_mainline_head
-- grain: one row per (clone, ref of the mainline): the local branch and its remote-tracking branch
-- key: source_id, ref_name
-- merge: last
-- unite: delete
CREATE TABLE fact_mainline_head (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    ref_name TEXT NOT NULL,              -- refs/heads/main, refs/remotes/origin/main
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the clone
    commit_sha TEXT NOT NULL,            -- commit that the ref points to
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when the ref was first found here
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (source_id, ref_name)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_mainline_head_repository ON fact_mainline_head (repository_id);
