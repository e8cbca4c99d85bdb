-- dirty_branch
-- grain: one row per branch to be classified before the transaction ends
-- key: repository_id, branch_name
-- stage: branches
-- all: SELECT repository_id, branch_name FROM metadata_branches
CREATE TABLE dirty_branch (
    repository_id INTEGER NOT NULL,      -- metadata_repositories.id
    branch_name TEXT NOT NULL,           -- short name, without refs/heads/
    PRIMARY KEY (repository_id, branch_name)
) STRICT, WITHOUT ROWID;
