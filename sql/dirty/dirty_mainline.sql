-- dirty_mainline
-- grain: one row per repository whose mainline must be placed anew before the transaction ends
-- key: repository_id
-- stage: mainline
-- all: SELECT DISTINCT repository_id FROM fact_mainline_tip
CREATE TABLE dirty_mainline (
    repository_id INTEGER PRIMARY KEY    -- metadata_repositories.id
) STRICT;
CREATE TRIGGER dirty_mainline_added AFTER INSERT ON fact_mainline_tip BEGIN
    INSERT INTO dirty_mainline VALUES (new.repository_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_mainline_moved AFTER UPDATE ON fact_mainline_tip BEGIN
    INSERT INTO dirty_mainline VALUES (new.repository_id), (old.repository_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_mainline_gone AFTER DELETE ON fact_mainline_tip BEGIN
    INSERT INTO dirty_mainline VALUES (old.repository_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_arrived AFTER INSERT ON derived_commit_mainline BEGIN
    INSERT INTO dirty_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_left AFTER DELETE ON derived_commit_mainline BEGIN
    INSERT INTO dirty_commit VALUES (old.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_mainline_named AFTER INSERT ON derived_repository_mainline BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit WHERE repository_id = new.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_mainline_renamed AFTER UPDATE ON derived_repository_mainline BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit WHERE repository_id = new.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_commit_mainline_unnamed AFTER DELETE ON derived_repository_mainline BEGIN
    INSERT INTO dirty_commit SELECT id FROM fact_commit WHERE repository_id = old.repository_id ON CONFLICT DO NOTHING;
END;
