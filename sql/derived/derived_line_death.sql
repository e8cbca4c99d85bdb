-- derived_line_death
-- grain: one row per run of arrived lines that one later trunk commit removed
-- key: commit_id, file_id, first_line; no line dies twice
-- never: UPDATE
-- stage: ledger
-- rule: ledger.1
-- dirty: dirty_ledger
-- reads: derived_line_arrival
-- ledger.1: lines that were moved, re-indented or reflowed live on. docs/mainline.md has the rules.
CREATE TABLE derived_line_death (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id) ON DELETE CASCADE, -- the commit that added the lines
    file_id INTEGER NOT NULL,            -- metadata_files.id: their file after that commit
    first_line INTEGER NOT NULL,         -- line number after that commit, from 1
    line_count INTEGER NOT NULL,         -- lines of the run
    nontrivial_count INTEGER NOT NULL,   -- lines of the run with at least three letters or digits
    death_id INTEGER NOT NULL REFERENCES derived_commit_mainline (commit_id) ON DELETE CASCADE, -- the trunk commit that removed them
    death_file_id INTEGER NOT NULL,      -- metadata_files.id: their file at that commit
    occurred_at INTEGER NOT NULL,        -- when that commit reached the mainline, UTC milliseconds
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_line_death_death ON derived_line_death (death_id);
