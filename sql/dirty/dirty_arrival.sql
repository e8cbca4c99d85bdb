-- dirty_arrival
-- grain: one row per commit that reached the mainline in this transaction
-- key: commit_key
-- stage: landing
CREATE TABLE dirty_arrival (
    commit_key INTEGER PRIMARY KEY,      -- fact_commit.id
    repository_id INTEGER NOT NULL       -- metadata_repositories.id
) STRICT;
-- By hand: only a new row is an arrival. A deleted one is the business of dirty_landing_left.
CREATE TRIGGER dirty_arrival_placed AFTER INSERT ON derived_commit_mainline BEGIN
    INSERT INTO dirty_arrival VALUES (new.commit_id, new.repository_id) ON CONFLICT DO NOTHING;
END;
