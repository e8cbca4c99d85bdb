-- 0002_derived_layer
-- Tables that our rules compute form a layer of their own. They are dropped here; the definitions in sql/derived
-- create them again, and the rows are computed from facts.
DROP TABLE IF EXISTS fact_commit_branch;
DROP TABLE IF EXISTS fact_commit_landing;
DROP TABLE IF EXISTS fact_commit_line_match;
DROP TABLE IF EXISTS fact_commit_mainline;
DROP TABLE IF EXISTS fact_commit_session_match;
DROP TABLE IF EXISTS fact_line_arrival;
DROP TABLE IF EXISTS fact_line_death;
DROP TABLE IF EXISTS fact_task_commit_assignment;
ALTER TABLE metadata_repositories DROP COLUMN mainline_branch;
ALTER TABLE metadata_branches DROP COLUMN branch_kind;
ALTER TABLE metadata_branches DROP COLUMN is_deleted;
