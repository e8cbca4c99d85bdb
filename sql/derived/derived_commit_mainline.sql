-- derived_commit_mainline
-- grain: one row per commit that the mainline contains
-- key: commit_id
-- never: UPDATE
-- stage: mainline
-- rule: mainline.1
-- dirty: dirty_mainline
-- reads: fact_mainline_head -> repository_id
-- reads: fact_commit (repository_id, commit_sha, parent_shas, ordered_at, depth) -> SELECT repository_id
--     FROM fact_mainline_head WHERE repository_id = row.repository_id AND commit_sha = row.commit_sha
-- reads: fact_commit (repository_id, commit_sha, parent_shas, ordered_at, depth) -> SELECT repository_id
--     FROM derived_commit_mainline WHERE repository_id = row.repository_id AND is_cut = 1 LIMIT 1
-- mainline.1: the trunk is the chain of first parents below the newest tip. Any other commit of the mainline came
-- with the first trunk commit that contains it.
CREATE TABLE derived_commit_mainline (
    commit_id INTEGER PRIMARY KEY REFERENCES fact_commit (id) ON DELETE CASCADE, -- the commit
    repository_id INTEGER NOT NULL,      -- metadata_repositories.id
    trunk_id INTEGER NOT NULL,           -- fact_commit.id: the trunk commit that it came with; its own on the trunk
    position INTEGER NOT NULL,           -- place of that trunk commit on the trunk; rises with time
    is_cut INTEGER NOT NULL,             -- 1: a parent is not in the database (shallow clone, --since)
    occurred_at INTEGER NOT NULL,        -- when it reached the mainline: ordered_at of that trunk commit
    ingested_at INTEGER NOT NULL         -- when this row was computed, UTC milliseconds
) STRICT;
CREATE INDEX derived_commit_mainline_position ON derived_commit_mainline (repository_id, position);
CREATE INDEX derived_commit_mainline_trunk ON derived_commit_mainline (trunk_id);
CREATE INDEX derived_commit_mainline_cut ON derived_commit_mainline (repository_id) WHERE is_cut = 1;
