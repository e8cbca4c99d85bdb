-- dirty_match_file
-- grain: one row per file that sessions wrote to: the commits after it must be matched
-- key: file_id
-- stage: attribution
CREATE TABLE dirty_match_file (
    file_id INTEGER PRIMARY KEY,         -- metadata_files.id
    touched_from INTEGER NOT NULL,       -- UTC milliseconds of the earliest write
    touched_to INTEGER NOT NULL          -- and of the latest
) STRICT;
CREATE TRIGGER dirty_match_change_added AFTER INSERT ON fact_session_code_change BEGIN
    INSERT INTO dirty_match_file VALUES (new.file_id, new.occurred_at, new.occurred_at)
    ON CONFLICT (file_id) DO UPDATE SET touched_from = min(touched_from, excluded.touched_from),
    touched_to = max(touched_to, excluded.touched_to);
END;
CREATE TRIGGER dirty_match_change_changed AFTER UPDATE ON fact_session_code_change BEGIN
    INSERT INTO dirty_match_file VALUES (
        old.file_id, min(old.occurred_at, new.occurred_at), max(old.occurred_at, new.occurred_at)
    )
    ON CONFLICT (file_id) DO UPDATE SET touched_from = min(touched_from, excluded.touched_from),
    touched_to = max(touched_to, excluded.touched_to);
    INSERT INTO dirty_match_file VALUES (
        new.file_id, min(old.occurred_at, new.occurred_at), max(old.occurred_at, new.occurred_at)
    )
    ON CONFLICT (file_id) DO UPDATE SET touched_from = min(touched_from, excluded.touched_from),
    touched_to = max(touched_to, excluded.touched_to);
END;
CREATE TRIGGER dirty_match_file_moved AFTER UPDATE ON metadata_files BEGIN
    INSERT INTO dirty_match_file
    SELECT new.id, min(occurred_at), max(occurred_at) FROM fact_session_code_change
    WHERE file_id = new.id HAVING count(*) > 0
    ON CONFLICT (file_id) DO UPDATE SET touched_from = min(touched_from, excluded.touched_from),
    touched_to = max(touched_to, excluded.touched_to);
END;
