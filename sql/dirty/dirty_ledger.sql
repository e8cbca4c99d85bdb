-- dirty_ledger
-- grain: one row per commit of the trunk whose line ledger must be made anew before the transaction ends
-- key: commit_key
-- stage: ledger
CREATE TABLE dirty_ledger (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
CREATE TRIGGER dirty_ledger_arrived AFTER INSERT ON derived_commit_mainline
WHEN new.trunk_id = new.commit_id BEGIN
    INSERT INTO dirty_ledger VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_ledger_left AFTER DELETE ON derived_commit_mainline
WHEN old.trunk_id = old.commit_id BEGIN
    DELETE FROM dirty_ledger WHERE commit_key = old.commit_id;
    DELETE FROM derived_line_arrival WHERE trunk_id = old.commit_id;
    DELETE FROM derived_line_death WHERE death_id = old.commit_id;
END;
CREATE TRIGGER dirty_commit_born AFTER INSERT ON derived_line_arrival BEGIN
    INSERT INTO dirty_session VALUES (new.session_id) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_unborn AFTER DELETE ON derived_line_arrival BEGIN
    INSERT INTO dirty_session VALUES (old.session_id) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_commit VALUES (old.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_died AFTER INSERT ON derived_line_death BEGIN
    INSERT INTO dirty_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_undied AFTER DELETE ON derived_line_death BEGIN
    INSERT INTO dirty_commit VALUES (old.commit_id) ON CONFLICT DO NOTHING;
END;
