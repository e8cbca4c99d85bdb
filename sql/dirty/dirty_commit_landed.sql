-- dirty_commit_landed
-- grain: one row per commit; the view is always empty
-- An INSERT marks, in dirty_commit, the commit, the commits that it brought to the mainline, and the commits
-- whose change landed with it or with one that it brought.
CREATE VIEW dirty_commit_landed AS SELECT 0 AS commit_key WHERE 0;
CREATE TRIGGER dirty_commit_landed_put INSTEAD OF INSERT ON dirty_commit_landed BEGIN
    INSERT INTO dirty_commit VALUES (new.commit_key) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_commit
    SELECT commit_id FROM derived_commit_mainline WHERE trunk_id = new.commit_key ON CONFLICT DO NOTHING;
    INSERT INTO dirty_commit
    SELECT commit_id FROM derived_commit_landing WHERE landed_id = new.commit_key ON CONFLICT DO NOTHING;
    INSERT INTO dirty_commit
    SELECT l.commit_id FROM derived_commit_mainline AS m
    CROSS JOIN derived_commit_landing AS l ON l.landed_id = m.commit_id
    WHERE m.trunk_id = new.commit_key ON CONFLICT DO NOTHING;
END;
