-- derived_commit_landing
-- grain: one row per commit that is not on the mainline although its change is
-- key: commit_id
-- never: UPDATE
-- stage: landing
-- rule: landing.2
-- dirty: dirty_landing
-- reads: fact_commit (repository_id, commit_sha, parent_shas, parent_count, ordered_at, depth, patch_key)
--     -> SELECT row.id WHERE EXISTS (SELECT 1 FROM derived_commit_mainline WHERE repository_id = row.repository_id)
-- reads: fact_commit_file_change, with fact_commit
-- reads: fact_commit_rewrite -> SELECT id FROM fact_commit
--     WHERE repository_id = row.repository_id AND commit_sha = row.old_sha
-- reads: derived_commit_mainline, by hand: dirty_arrival_placed, dirty_landing_left
-- landing.2: the first commit of the mainline that replaced it, that makes the same change, or that squashed it
CREATE TABLE derived_commit_landing (
    commit_id INTEGER PRIMARY KEY REFERENCES fact_commit (id) ON DELETE CASCADE, -- the commit
    repository_id INTEGER NOT NULL,      -- metadata_repositories.id
    landed_id INTEGER NOT NULL REFERENCES derived_commit_mainline (commit_id) ON DELETE CASCADE, -- commit of the mainline that has its change
    evidence TEXT NOT NULL,              -- rewrite, same_patch, squash
    occurred_at INTEGER NOT NULL,        -- when that commit reached the mainline, UTC milliseconds
    ingested_at INTEGER NOT NULL         -- when this row was computed, UTC milliseconds
) STRICT;
CREATE INDEX derived_commit_landing_landed ON derived_commit_landing (landed_id);
