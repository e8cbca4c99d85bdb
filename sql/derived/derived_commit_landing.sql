-- derived_commit_landing
-- grain: one row per commit that is not on the mainline itself but whose change is
-- key: commit_id
-- stage: landing
-- rule: landing.1
-- derived (aea/materialize/landing.py): by a rewrite, by the same change, or inside a squash
CREATE TABLE derived_commit_landing (
    commit_id INTEGER PRIMARY KEY REFERENCES fact_commit (id), -- the commit
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    landed_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit of the mainline that has its change
    evidence TEXT NOT NULL,              -- rewrite, same_patch, squash
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when that arrived on the mainline
    ingested_at INTEGER NOT NULL         -- UTC milliseconds
) STRICT;
CREATE INDEX derived_commit_landing_landed ON derived_commit_landing (landed_id);
