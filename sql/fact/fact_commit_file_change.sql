-- fact_commit_file_change
-- grain: one row per (commit, file)
-- key: commit_id, file_id
-- merge: first
-- unite: delete
-- never: UPDATE
CREATE TABLE fact_commit_file_change (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- commit
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- file after the commit
    old_file_id INTEGER REFERENCES metadata_files (id), -- file before a rename or copy
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    ordered_at INTEGER NOT NULL,         -- ordered_at of the commit
    change_kind TEXT NOT NULL,           -- add, modify, delete, rename, copy, type
    is_binary INTEGER NOT NULL,          -- 1: git counts no lines in it
    lines_added INTEGER,                 -- NULL: unknown
    lines_removed INTEGER,               -- NULL: unknown
    added_runs BLOB NOT NULL,            -- line positions after the commit (aea/lines.py)
    added_hashes BLOB NOT NULL,          -- 8 bytes per line, in order
    removed_runs BLOB NOT NULL,          -- line positions before the commit; empty for a merge
    removed_hashes BLOB NOT NULL,        -- 8 bytes per line, in order
    lead_key INTEGER,                    -- hash of the first lines of an added file (aea/lines.py); NULL: not added
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    UNIQUE (commit_id, file_id)
) STRICT;
CREATE INDEX fact_commit_file_change_file ON fact_commit_file_change (file_id, ordered_at);
CREATE INDEX fact_commit_file_change_lead ON fact_commit_file_change (lead_key, ordered_at)
    WHERE lead_key IS NOT NULL;
CREATE INDEX fact_commit_file_change_renamed ON fact_commit_file_change (file_id)
    WHERE old_file_id IS NOT NULL;
CREATE INDEX fact_commit_file_change_moved ON fact_commit_file_change (old_file_id)
    WHERE old_file_id IS NOT NULL;
