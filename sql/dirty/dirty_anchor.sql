-- dirty_anchor
-- grain: one row per merge or tip of a branch whose commits must be listed before the transaction ends
-- key: evidence, anchor_id
-- stage: branches
-- all: SELECT 'merge', id FROM fact_commit WHERE merged_branch IS NOT NULL AND parent_count = 2 UNION ALL SELECT 'tip', id FROM fact_branch_tip
CREATE TABLE dirty_anchor (
    evidence TEXT NOT NULL,              -- merge, tip
    anchor_id INTEGER NOT NULL,          -- fact_commit.id, fact_branch_tip.id
    PRIMARY KEY (evidence, anchor_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER dirty_anchor_merge AFTER INSERT ON fact_commit
WHEN new.merged_branch IS NOT NULL AND new.parent_count = 2 BEGIN
    INSERT INTO dirty_anchor VALUES ('merge', new.id) ON CONFLICT DO NOTHING;
END;
-- a commit that a walk missed is here: that walk begins anew
CREATE TRIGGER dirty_anchor_gap AFTER INSERT ON fact_commit WHEN EXISTS (
    SELECT 1 FROM derived_commit_branch
    WHERE repository_id = new.repository_id AND commit_sha = new.commit_sha AND is_gap = 1
) BEGIN
    INSERT INTO dirty_anchor SELECT evidence, anchor_id FROM derived_commit_branch
    WHERE repository_id = new.repository_id AND commit_sha = new.commit_sha AND is_gap = 1
        ON CONFLICT DO NOTHING;
    DELETE FROM derived_commit_branch WHERE (evidence, anchor_id) IN (
        SELECT evidence, anchor_id FROM derived_commit_branch
        WHERE repository_id = new.repository_id AND commit_sha = new.commit_sha AND is_gap = 1
    );
END;
CREATE TRIGGER dirty_anchor_merge_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM derived_commit_branch WHERE evidence = 'merge' AND anchor_id = old.id;
    DELETE FROM dirty_anchor WHERE evidence = 'merge' AND anchor_id = old.id;
END;
CREATE TRIGGER dirty_anchor_tip AFTER INSERT ON fact_branch_tip BEGIN
    INSERT INTO dirty_anchor VALUES ('tip', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_anchor_tip_moved AFTER UPDATE OF commit_sha, own_count ON fact_branch_tip BEGIN
    INSERT INTO dirty_anchor VALUES ('tip', new.id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_anchor_tip_gone AFTER DELETE ON fact_branch_tip BEGIN
    DELETE FROM derived_commit_branch WHERE evidence = 'tip' AND anchor_id = old.id;
    DELETE FROM dirty_anchor WHERE evidence = 'tip' AND anchor_id = old.id;
END;
CREATE TRIGGER dirty_anchor_mainline_named AFTER INSERT ON derived_repository_mainline BEGIN
    INSERT INTO dirty_anchor SELECT 'tip', id FROM fact_branch_tip
    WHERE repository_id = new.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_anchor_mainline_renamed AFTER UPDATE ON derived_repository_mainline BEGIN
    INSERT INTO dirty_anchor SELECT 'tip', id FROM fact_branch_tip
    WHERE repository_id = new.repository_id ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_anchor_mainline_unnamed AFTER DELETE ON derived_repository_mainline BEGIN
    INSERT INTO dirty_anchor SELECT 'tip', id FROM fact_branch_tip
    WHERE repository_id = old.repository_id ON CONFLICT DO NOTHING;
END;
