-- dirty_commit
-- grain: one row per commit whose events must be refreshed before the transaction ends
-- key: commit_key
-- stage: events
-- all: SELECT id FROM fact_commit
-- scope: commit
-- natural key: repository, commit_sha
-- look up: SELECT r.repository_key, c.commit_sha FROM fact_commit AS c INNER JOIN metadata_repositories AS r ON r.id = c.repository_id WHERE c.id = ?
-- ON CONFLICT DO NOTHING, not OR IGNORE: an upsert that fires a trigger overrides the latter
CREATE TABLE dirty_commit (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
CREATE TRIGGER dirty_commit_added AFTER INSERT ON fact_commit BEGIN
    INSERT INTO dirty_commit VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_changed AFTER UPDATE ON fact_commit BEGIN
    INSERT INTO dirty_commit VALUES (new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_file_change_added AFTER INSERT ON fact_commit_file_change BEGIN
    INSERT INTO dirty_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_file_change_changed AFTER UPDATE ON fact_commit_file_change BEGIN
    INSERT INTO dirty_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_repository AFTER UPDATE OF repository_key ON metadata_repositories BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit WHERE repository_id = new.id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_matched AFTER INSERT ON fact_commit_session_match BEGIN
    INSERT INTO dirty_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_told AFTER INSERT ON fact_commit_authorship BEGIN
    INSERT INTO dirty_commit
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.commit_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_untold AFTER DELETE ON fact_commit_authorship BEGIN
    INSERT INTO dirty_commit
    SELECT id FROM fact_commit
    WHERE repository_id = old.repository_id AND commit_sha = old.commit_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_setting AFTER UPDATE OF setting_value ON metadata_settings
WHEN new.setting_value <> old.setting_value
    AND new.setting_name NOT GLOB '*_good' AND new.setting_name NOT GLOB '*_watch' BEGIN -- reports read those
    INSERT INTO dirty_commit SELECT id FROM fact_commit WHERE 1 ON CONFLICT DO NOTHING;
END;
