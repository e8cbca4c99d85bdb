-- dirty_commit
-- grain: one row per commit whose event rows must be refreshed before the transaction ends
-- key: commit_key
-- stage: events
-- all: SELECT id FROM fact_commit
-- scope: commit
-- natural key: repository, commit_sha
-- look up: SELECT r.repository_key, c.commit_sha FROM fact_commit AS c INNER JOIN metadata_repositories AS r ON r.id = c.repository_id WHERE c.id = ?
-- follows: SELECT following_key FROM build_commit_following WHERE commit_key = ?
-- evicts: fact_commit (repository_id, commit_sha) -> commit_sha = row.commit_sha
--     AND repository = (SELECT repository_key FROM metadata_repositories WHERE id = row.repository_id)
-- evicts: metadata_repositories (repository_key) -> repository = row.repository_key
CREATE TABLE dirty_commit (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
-- By hand: a session that goes on writes many responses, but the model that answered most seldom changes.
CREATE TRIGGER dirty_commit_model AFTER INSERT ON event_session_productivity BEGIN
    INSERT INTO dirty_commit
    SELECT c.id FROM event_commit_session AS e
    INNER JOIN metadata_repositories AS r ON r.repository_key = e.repository
    INNER JOIN fact_commit AS c ON c.repository_id = r.id AND c.commit_sha = e.commit_sha
    WHERE e.provider = new.provider AND e.session_id = new.session_id
        AND e.model_name IS NOT new.model_name ON CONFLICT DO NOTHING;
END;
