-- dirty_match_commit
-- grain: one row per commit whose lines must be matched before the transaction ends, and those of later commits
-- key: commit_key
-- stage: attribution
-- all: SELECT id FROM fact_commit
CREATE TABLE dirty_match_commit (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
