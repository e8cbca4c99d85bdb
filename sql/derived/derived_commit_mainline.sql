-- derived_commit_mainline
-- grain: one row per commit that the mainline contains
-- key: commit_id
-- stage: mainline
-- rule: mainline.1
-- derived from fact_mainline_tip and the parents of commits (aea/materialize/mainline.py): the trunk is the
-- chain of first parents below the newest tip; what else it contains came with a commit of the trunk
CREATE TABLE derived_commit_mainline (
    commit_id INTEGER PRIMARY KEY REFERENCES fact_commit (id), -- the commit
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    trunk_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit of the trunk that brought it, or itself
    position INTEGER NOT NULL,           -- place of that commit on the trunk, rising
    is_cut INTEGER NOT NULL,             -- 1: a parent is not known here (shallow clone, --since)
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it arrived: that commit's ordered_at
    ingested_at INTEGER NOT NULL         -- UTC milliseconds
) STRICT;
CREATE INDEX derived_commit_mainline_position ON derived_commit_mainline (repository_id, position);
CREATE INDEX derived_commit_mainline_trunk ON derived_commit_mainline (trunk_id);
CREATE INDEX derived_commit_mainline_cut ON derived_commit_mainline (repository_id) WHERE is_cut = 1;
