-- 0004_branch_heads
-- Git calls the commit that a branch points to its head.
ALTER TABLE fact_branch_tip RENAME TO fact_branch_head;
DROP INDEX fact_branch_tip_branch;
CREATE INDEX fact_branch_head_branch ON fact_branch_head (repository_id, branch_name);
ALTER TABLE fact_mainline_tip RENAME TO fact_mainline_head;
DROP INDEX fact_mainline_tip_repository;
CREATE INDEX fact_mainline_head_repository ON fact_mainline_head (repository_id);
