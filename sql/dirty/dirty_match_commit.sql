-- dirty_match_commit
-- grain: one row per commit whose lines must be matched, with those after it, before the transaction ends
-- key: commit_key
-- stage: attribution
-- all: SELECT id FROM fact_commit
CREATE TABLE dirty_match_commit (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
CREATE TRIGGER dirty_match_commit_file AFTER INSERT ON fact_commit_file_change BEGIN
    INSERT INTO dirty_match_commit VALUES (new.commit_id) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_match_commit_rewrite AFTER INSERT ON fact_commit_rewrite BEGIN
    INSERT INTO dirty_match_commit
    SELECT id FROM fact_commit
    WHERE repository_id = new.repository_id AND commit_sha = new.new_sha ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER dirty_match_commit_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM dirty_match_commit WHERE commit_key = old.id;
    DELETE FROM derived_commit_line_match WHERE commit_id = old.id;
    DELETE FROM fact_commit_session_match WHERE commit_id = old.id;
END;
