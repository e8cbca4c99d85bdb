-- dirty_commit_pull
-- grain: one row put in per pull request whose commits must be refreshed; it holds none
-- what a row means: the commits that name the number or are the merge or squash, those that they brought to
-- the mainline, and those whose change they are
CREATE VIEW dirty_commit_pull AS
SELECT 0 AS repository_id, 0 AS pr_number, '' AS merge_commit_sha WHERE 0;
CREATE VIEW dirty_commit_voice AS SELECT 0 AS commit_key WHERE 0; -- the same for a commit that tells of others
CREATE TRIGGER dirty_commit_voice_put INSTEAD OF INSERT ON dirty_commit_voice BEGIN
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
CREATE TRIGGER dirty_commit_pull_put INSTEAD OF INSERT ON dirty_commit_pull BEGIN
    INSERT INTO dirty_commit_voice
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND pull_number = new.pr_number;
    INSERT INTO dirty_commit_voice
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.merge_commit_sha;
    INSERT INTO dirty_commit
    SELECT c.id FROM fact_pull_request_commit AS o
    CROSS JOIN fact_commit AS c ON c.repository_id = o.repository_id AND c.commit_sha = o.commit_sha
    WHERE o.repository_id = new.repository_id AND o.pr_number = new.pr_number ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_pull_told AFTER INSERT ON fact_pull_request BEGIN
    INSERT INTO dirty_commit_pull VALUES (new.repository_id, new.pr_number, new.merge_commit_sha);
END;
CREATE TRIGGER dirty_pull_changed AFTER UPDATE ON fact_pull_request
WHEN (old.occurred_at, old.merged_at, old.merge_commit_sha, old.ingested_at)
    IS NOT (new.occurred_at, new.merged_at, new.merge_commit_sha, new.ingested_at) BEGIN
    INSERT INTO dirty_commit_pull VALUES (old.repository_id, old.pr_number, old.merge_commit_sha);
    INSERT INTO dirty_commit_pull VALUES (new.repository_id, new.pr_number, new.merge_commit_sha);
END;
CREATE TRIGGER dirty_pull_forgotten AFTER DELETE ON fact_pull_request BEGIN
    INSERT INTO dirty_commit_pull VALUES (old.repository_id, old.pr_number, old.merge_commit_sha);
END;
CREATE TRIGGER dirty_pull_joined AFTER INSERT ON fact_pull_request_commit BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.commit_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_pull_left AFTER DELETE ON fact_pull_request_commit BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit
    WHERE repository_id = old.repository_id AND commit_sha = old.commit_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_pull_asked AFTER INSERT ON fact_commit_pull_lookup BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.commit_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_pull_asked_again AFTER UPDATE ON fact_commit_pull_lookup BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.commit_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_pull_unasked AFTER DELETE ON fact_commit_pull_lookup BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit
    WHERE repository_id = old.repository_id AND commit_sha = old.commit_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_pull_arrived AFTER INSERT ON derived_commit_mainline BEGIN
    INSERT INTO dirty_commit
    SELECT commit_id FROM derived_commit_landing WHERE landed_id = new.commit_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_pull_departed AFTER DELETE ON derived_commit_mainline BEGIN
    INSERT INTO dirty_commit
    SELECT commit_id FROM derived_commit_landing WHERE landed_id = old.commit_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_pull_named AFTER UPDATE OF pull_number ON fact_commit BEGIN
    INSERT INTO dirty_commit_voice VALUES (new.id);
END;
