-- dirty_assign
-- grain: one row per commit whose branch and tasks must be told anew before the transaction ends
-- key: repository_id, commit_sha
-- stage: tasks
-- all: SELECT repository_id, commit_sha FROM fact_commit
-- by sha: what stands for a commit that is not here any more depends on it, too
CREATE TABLE dirty_assign (
    repository_id INTEGER NOT NULL,      -- metadata_repositories.id
    commit_sha TEXT NOT NULL,            -- the commit
    PRIMARY KEY (repository_id, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER dirty_assign_commit AFTER INSERT ON fact_commit BEGIN
    INSERT INTO dirty_assign VALUES (new.repository_id, new.commit_sha) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_commit_named AFTER UPDATE OF merged_branch ON fact_commit BEGIN
    INSERT INTO dirty_assign VALUES (new.repository_id, new.commit_sha) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_commit_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM fact_task_commit_assignment WHERE commit_id = old.id;
    DELETE FROM dirty_assign WHERE repository_id = old.repository_id AND commit_sha = old.commit_sha;
END;
CREATE TRIGGER dirty_assign_made AFTER INSERT ON fact_ref_update WHEN new.is_made = 1 BEGIN
    INSERT INTO dirty_assign VALUES (new.repository_id, new.new_sha) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_made_on AFTER UPDATE OF branch_name ON fact_ref_update WHEN new.is_made = 1
BEGIN
    INSERT INTO dirty_assign VALUES (new.repository_id, new.new_sha) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_mention AFTER INSERT ON fact_commit_task_mention BEGIN
    INSERT INTO dirty_assign VALUES (new.repository_id, new.commit_sha) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_mention_gone AFTER DELETE ON fact_commit_task_mention BEGIN
    INSERT INTO dirty_assign VALUES (old.repository_id, old.commit_sha) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_chain AFTER INSERT ON derived_commit_branch BEGIN
    INSERT INTO dirty_assign VALUES (new.repository_id, new.commit_sha) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_chain_gone AFTER DELETE ON derived_commit_branch BEGIN
    INSERT INTO dirty_assign VALUES (old.repository_id, old.commit_sha) ON CONFLICT DO NOTHING;
END;
-- how near a commit is to the head of a branch decides between branches that claim it
CREATE TRIGGER dirty_assign_distance AFTER UPDATE OF own_count ON fact_branch_tip BEGIN
    INSERT INTO dirty_assign SELECT a.repository_id, a.commit_sha FROM derived_commit_branch AS a
    WHERE a.evidence = 'tip' AND a.anchor_id = new.id AND EXISTS (
        SELECT 1 FROM derived_commit_branch AS b
        WHERE b.repository_id = a.repository_id AND b.commit_sha = a.commit_sha
            AND b.evidence = 'tip' AND b.branch_name <> a.branch_name
    ) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_rewritten AFTER INSERT ON fact_commit_rewrite BEGIN
    INSERT INTO dirty_assign VALUES (new.repository_id, new.new_sha) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_landed AFTER INSERT ON derived_commit_landing BEGIN
    INSERT INTO dirty_assign
    SELECT repository_id, commit_sha FROM fact_commit WHERE id = new.landed_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_landed_elsewhere AFTER UPDATE ON derived_commit_landing BEGIN
    INSERT INTO dirty_assign
    SELECT repository_id, commit_sha FROM fact_commit WHERE id IN (old.landed_id, new.landed_id)
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_not_landed AFTER DELETE ON derived_commit_landing BEGIN
    INSERT INTO dirty_assign
    SELECT repository_id, commit_sha FROM fact_commit WHERE id = old.landed_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_origin AFTER INSERT ON derived_commit_line_match
WHEN new.origin_id IS NOT NULL AND new.is_carried = 0 BEGIN
    INSERT INTO dirty_assign
    SELECT repository_id, commit_sha FROM fact_commit WHERE id = new.commit_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_origin_gone AFTER DELETE ON derived_commit_line_match
WHEN old.origin_id IS NOT NULL AND old.is_carried = 0 BEGIN
    INSERT INTO dirty_assign
    SELECT repository_id, commit_sha FROM fact_commit WHERE id = old.commit_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_arrived AFTER INSERT ON derived_commit_mainline BEGIN
    INSERT INTO dirty_assign
    SELECT repository_id, commit_sha FROM fact_commit WHERE id = new.commit_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_left AFTER DELETE ON derived_commit_mainline BEGIN
    INSERT INTO dirty_assign
    SELECT repository_id, commit_sha FROM fact_commit WHERE id = old.commit_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_mainline_named AFTER INSERT ON derived_repository_mainline BEGIN
    INSERT INTO dirty_assign SELECT repository_id, commit_sha FROM fact_commit
    WHERE repository_id = new.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_mainline_renamed AFTER UPDATE ON derived_repository_mainline BEGIN
    INSERT INTO dirty_assign SELECT repository_id, commit_sha FROM fact_commit
    WHERE repository_id = new.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_mainline_unnamed AFTER DELETE ON derived_repository_mainline BEGIN
    INSERT INTO dirty_assign SELECT repository_id, commit_sha FROM fact_commit
    WHERE repository_id = old.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_task AFTER UPDATE OF task_id ON metadata_branches BEGIN
    INSERT INTO dirty_assign SELECT c.repository_id, c.commit_sha
    FROM fact_task_commit_assignment AS a INNER JOIN fact_commit AS c ON c.id = a.commit_id
    WHERE a.repository_id = new.repository_id AND a.branch_name = new.branch_name ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_assign_task_known AFTER INSERT ON metadata_branches WHEN new.task_id IS NOT NULL BEGIN
    INSERT INTO dirty_assign SELECT c.repository_id, c.commit_sha
    FROM fact_task_commit_assignment AS a INNER JOIN fact_commit AS c ON c.id = a.commit_id
    WHERE a.repository_id = new.repository_id AND a.branch_name = new.branch_name ON CONFLICT DO NOTHING;
END;
