-- dirty_landing
-- grain: one row per commit whose landing on the mainline must be looked up before the transaction ends
-- key: commit_key
-- stage: landing
CREATE TABLE dirty_landing (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
CREATE TRIGGER dirty_landing_new AFTER INSERT ON fact_commit
WHEN EXISTS (SELECT 1 FROM derived_commit_mainline WHERE repository_id = new.repository_id) BEGIN
    INSERT INTO dirty_landing VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_landing_rewrite AFTER INSERT ON fact_commit_rewrite BEGIN
    INSERT INTO dirty_landing
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.old_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_landing_left AFTER DELETE ON derived_commit_mainline BEGIN
    INSERT INTO dirty_landing VALUES (old.commit_id) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_landing
    SELECT commit_id FROM derived_commit_landing WHERE landed_id = old.commit_id ON CONFLICT DO NOTHING;
    DELETE FROM derived_commit_landing WHERE landed_id = old.commit_id;
END;
CREATE TRIGGER dirty_landing_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM dirty_landing WHERE commit_key = old.id;
    DELETE FROM derived_commit_landing WHERE old.id IN (commit_id, landed_id);
    DELETE FROM derived_commit_mainline WHERE commit_id = old.id;
    DELETE FROM fact_commit_trunk_change WHERE commit_id = old.id;
END;
CREATE TRIGGER dirty_commit_landed AFTER INSERT ON derived_commit_landing BEGIN
    INSERT INTO dirty_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_unlanded AFTER DELETE ON derived_commit_landing BEGIN
    INSERT INTO dirty_commit VALUES (old.commit_id) ON CONFLICT DO NOTHING;
END;
