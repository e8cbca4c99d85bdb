-- derived_line_death
-- grain: one row per run of arrived lines of a commit that one later commit took from the mainline
-- key: commit_id, file_id, first_line; no line dies twice
-- stage: ledger
-- rule: ledger.1
-- derived (aea/materialize/ledger.py): the deaths in the line ledger; moved, re-indented and reflowed lines live on
CREATE TABLE derived_line_death (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit that added the lines
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- their file after that commit
    first_line INTEGER NOT NULL,         -- line number after that commit
    line_count INTEGER NOT NULL,         -- lines of the run
    nontrivial_count INTEGER NOT NULL,   -- those of them with three letters or digits
    death_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit of the trunk without them
    death_file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- their file after that
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when that reached the mainline
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_line_death_death ON derived_line_death (death_id);
