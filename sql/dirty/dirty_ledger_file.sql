-- dirty_ledger_file
-- grain: one row per file of a commit whose lines changed owners
-- key: commit_key, file_id
-- stage: ledger
CREATE TABLE dirty_ledger_file (
    commit_key INTEGER NOT NULL,         -- fact_commit.id
    file_id INTEGER NOT NULL,            -- metadata_files.id
    PRIMARY KEY (commit_key, file_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER dirty_ledger_matched AFTER INSERT ON derived_commit_line_match BEGIN
    INSERT INTO dirty_ledger_file VALUES (new.commit_id, new.file_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_ledger_unmatched AFTER DELETE ON derived_commit_line_match BEGIN
    INSERT INTO dirty_ledger_file VALUES (old.commit_id, old.file_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_ledger_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM dirty_ledger WHERE commit_key = old.id;
    DELETE FROM dirty_ledger_file WHERE commit_key = old.id;
    DELETE FROM derived_line_arrival WHERE old.id IN (commit_id, trunk_id);
    DELETE FROM derived_line_death WHERE old.id IN (commit_id, death_id);
END;
