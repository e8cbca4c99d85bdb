-- fact_commit_trunk_change
-- grain: one row per (merge of the trunk, file): what the merge changed against its first parent
-- key: commit_id, file_id
-- merge: first
-- unite: delete
-- never: UPDATE
-- fact_commit_file_change tells of a merge only what differs from all parents
CREATE TABLE fact_commit_trunk_change (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the merge
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- the file after the merge
    old_file_id INTEGER REFERENCES metadata_files (id), -- where it was, for a rename
    added_runs BLOB NOT NULL,            -- positions after the merge (aea/lines.py)
    added_hashes BLOB NOT NULL,          -- 8 bytes a line, in order
    removed_runs BLOB NOT NULL,          -- positions in the first parent
    removed_hashes BLOB NOT NULL,        -- 8 bytes a line, in order
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the merge
    ordered_at INTEGER NOT NULL,         -- the merge's
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_trunk_change_file ON fact_commit_trunk_change (file_id, ordered_at);
