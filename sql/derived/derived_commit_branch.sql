-- derived_commit_branch
-- grain: one row per (commit, merge or branch head) that shows on which branch the commit was made
-- key: repository_id, commit_sha, evidence, anchor_id
-- never: UPDATE
-- stage: branches
-- rule: branch_commits.1
-- dirty: dirty_anchor
-- reads: fact_commit (repository_id, commit_sha, parent_shas, parent_count, ordered_at, depth, occurred_at, merged_branch)
--     -> SELECT 'merge', row.id WHERE row.merged_branch IS NOT NULL AND row.parent_count = 2
-- reads: fact_commit, by hand: dirty_anchor_gap
-- reads: fact_branch_head (repository_id, commit_sha, branch_name, own_count, occurred_at) -> SELECT 'tip', row.id
-- reads: derived_repository_mainline (repository_id, branch_name) -> SELECT 'tip', id
--     FROM fact_branch_head WHERE repository_id = row.repository_id
-- branch_commits.1: of a branch head, its own commits along first parents; of a merge that names its branch, the
-- commits that the merge brought. When a merge or a head is deleted, the stage deletes its rows.
CREATE TABLE derived_commit_branch (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id) ON DELETE CASCADE, -- repository of the commit
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    evidence TEXT NOT NULL,              -- merge, tip
    anchor_id INTEGER NOT NULL,          -- fact_commit.id of the merge, fact_branch_head.id of the tip
    branch_name TEXT NOT NULL,           -- the branch that the merge names, or whose head it is
    position INTEGER NOT NULL,           -- merge: commits between this one and the merge; tip: commits of the branch up to this one
    is_gap INTEGER NOT NULL,             -- 1: the walk stopped at this commit because it is not in the database
    occurred_at INTEGER NOT NULL,        -- when the merge was made or the head was seen, UTC milliseconds
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, evidence, anchor_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_commit_branch_anchor ON derived_commit_branch (evidence, anchor_id, position);
