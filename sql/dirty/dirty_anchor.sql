-- dirty_anchor
-- grain: one row per merge or branch head whose commits must be listed before the transaction ends
-- key: evidence, anchor_id
-- stage: branches
-- all: SELECT 'merge', id FROM fact_commit WHERE merged_branch IS NOT NULL AND parent_count = 2 UNION ALL SELECT 'tip', id FROM fact_branch_head
CREATE TABLE dirty_anchor (
    evidence TEXT NOT NULL,              -- merge, tip
    anchor_id INTEGER NOT NULL,          -- fact_commit.id of the merge, fact_branch_head.id of the tip
    PRIMARY KEY (evidence, anchor_id)
) STRICT, WITHOUT ROWID;
-- A walk that stopped because this commit was missing starts again: its list is deleted, not extended.
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
