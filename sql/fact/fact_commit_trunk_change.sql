-- fact_commit_trunk_change
-- grain: one row per (merge on the trunk, file that it changed relative to its first parent)
-- key: commit_id, file_id
-- merge: first
-- unite: delete
-- never: UPDATE
-- fact_commit_file_change has only what differs from all parents of a merge.
CREATE TABLE fact_commit_trunk_change (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- merge
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- file after the merge
    old_file_id INTEGER REFERENCES metadata_files (id), -- file before a rename
    added_runs BLOB NOT NULL,            -- line positions after the merge (aea/lines.py)
    added_hashes BLOB NOT NULL,          -- 8 bytes per line, in order
    removed_runs BLOB NOT NULL,          -- line positions in the first parent
    removed_hashes BLOB NOT NULL,        -- 8 bytes per line, in order
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the merge
    ordered_at INTEGER NOT NULL,         -- ordered_at of the merge
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_trunk_change_file ON fact_commit_trunk_change (file_id, ordered_at);
