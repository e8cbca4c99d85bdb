-- dirty_ledger_file
-- grain: one row per file of a commit whose lines changed owners
-- key: commit_key, file_id
-- stage: ledger
-- The trunk commit that brought the commit is computed, and the later ones that changed the file.
CREATE TABLE dirty_ledger_file (
    commit_key INTEGER NOT NULL,         -- fact_commit.id
    file_id INTEGER NOT NULL,            -- metadata_files.id
    PRIMARY KEY (commit_key, file_id)
) STRICT, WITHOUT ROWID;
