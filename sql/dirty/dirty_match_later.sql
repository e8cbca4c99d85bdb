-- dirty_match_later
-- grain: one row per commit to be matched again because the match of an earlier commit of its files changed
-- key: commit_key
-- stage: attribution
-- The attribution stage leaves these when its time is up.
CREATE TABLE dirty_match_later (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
