-- dirty_branch
-- grain: one row per branch to be classified before the transaction ends
-- key: repository_id, branch_name
-- stage: branches
-- all: SELECT repository_id, branch_name FROM metadata_branches
CREATE TABLE dirty_branch (
    repository_id INTEGER NOT NULL,      -- metadata_repositories.id
    branch_name TEXT NOT NULL,           -- short name
    PRIMARY KEY (repository_id, branch_name)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER dirty_branch_met AFTER INSERT ON metadata_branches BEGIN
    INSERT INTO dirty_branch VALUES (new.repository_id, new.branch_name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_branch_task AFTER UPDATE OF task_id, repository_id ON metadata_branches BEGIN
    INSERT INTO dirty_branch VALUES (old.repository_id, old.branch_name), (new.repository_id, new.branch_name)
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_branch_forgotten AFTER DELETE ON metadata_branches BEGIN
    DELETE FROM derived_branch WHERE repository_id = old.repository_id AND branch_name = old.branch_name;
    DELETE FROM dirty_branch WHERE repository_id = old.repository_id AND branch_name = old.branch_name;
END;
CREATE TRIGGER dirty_branch_tip AFTER INSERT ON fact_branch_tip BEGIN
    INSERT INTO dirty_branch VALUES (new.repository_id, new.branch_name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_branch_gone AFTER UPDATE OF is_present ON fact_branch_tip BEGIN
    INSERT INTO dirty_branch VALUES (new.repository_id, new.branch_name) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_branch_mainline_named AFTER INSERT ON derived_repository_mainline BEGIN
    INSERT INTO dirty_branch SELECT repository_id, branch_name FROM metadata_branches
    WHERE repository_id = new.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_branch_mainline_renamed AFTER UPDATE ON derived_repository_mainline BEGIN
    INSERT INTO dirty_branch SELECT repository_id, branch_name FROM metadata_branches
    WHERE repository_id = new.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_branch_mainline_unnamed AFTER DELETE ON derived_repository_mainline BEGIN
    INSERT INTO dirty_branch SELECT repository_id, branch_name FROM metadata_branches
    WHERE repository_id = old.repository_id ON CONFLICT DO NOTHING;
END;
