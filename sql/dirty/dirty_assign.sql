-- dirty_assign
-- grain: one row per commit whose branch and tasks must be resolved before the transaction ends
-- key: repository_id, commit_sha
-- stage: tasks
-- all: SELECT repository_id, commit_sha FROM fact_commit
-- The key is the SHA, not fact_commit.id: a commit that was never read can pass its branch to the one that replaced it.
CREATE TABLE dirty_assign (
    repository_id INTEGER NOT NULL,      -- metadata_repositories.id
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    PRIMARY KEY (repository_id, commit_sha)
) STRICT, WITHOUT ROWID;
