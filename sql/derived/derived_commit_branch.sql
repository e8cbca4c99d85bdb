-- derived_commit_branch
-- grain: one row per (commit, merge or tip of a branch) that says on which branch the commit was made
-- key: repository_id, commit_sha, evidence, anchor_id
-- stage: branches
-- rule: branch_commits.1
-- derived (aea/materialize/chains.py): the first parents below a tip, and those that a merge brought
CREATE TABLE derived_commit_branch (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- the commit
    evidence TEXT NOT NULL,              -- merge, tip
    anchor_id INTEGER NOT NULL,          -- fact_commit.id of the merge, fact_branch_tip.id of the tip
    branch_name TEXT NOT NULL,           -- the branch that the merge's message names, or of the tip
    position INTEGER NOT NULL,           -- merge: commits behind it on its branch; tip: commits of the branch up to it
    is_gap INTEGER NOT NULL,             -- 1: the walk met this commit, which is not here: it claims nothing
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the merge, or when the tip was seen
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, evidence, anchor_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_commit_branch_anchor ON derived_commit_branch (evidence, anchor_id, position);
