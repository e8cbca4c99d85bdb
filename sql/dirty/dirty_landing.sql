-- dirty_landing
-- grain: one row per commit whose landing on the mainline must be looked up before the transaction ends
-- key: commit_key
-- stage: landing
CREATE TABLE dirty_landing (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
-- By hand: only a deleted row takes a landing away. BEFORE, because the landings on it are deleted with it.
CREATE TRIGGER dirty_landing_left BEFORE DELETE ON derived_commit_mainline BEGIN
    INSERT INTO dirty_landing VALUES (old.commit_id) ON CONFLICT DO NOTHING;
    INSERT INTO dirty_landing
    SELECT commit_id FROM derived_commit_landing WHERE landed_id = old.commit_id ON CONFLICT DO NOTHING;
END;
