-- build_session_commit
-- grain: one row per (session, commit with lines of it): what the commit counts as
-- reads: fact_commit -> SELECT session_key FROM dirty_session_task WHERE commit_id = row.id
-- reads: fact_commit -> SELECT t.session_key FROM fact_commit AS c CROSS JOIN dirty_session_task AS t ON t.commit_id = c.id
--     WHERE c.repository_id = row.repository_id AND c.patch_key = row.patch_key
-- reads: fact_commit -> SELECT t.session_key FROM fact_commit_rewrite AS w CROSS JOIN fact_commit AS o
--     ON o.repository_id = w.repository_id AND o.commit_sha = w.old_sha
--     CROSS JOIN dirty_session_task AS t ON t.commit_id = o.id
--     WHERE w.repository_id = row.repository_id AND w.new_sha = row.commit_sha
-- reads: fact_commit -> SELECT t.session_key FROM derived_commit_mainline AS m
--     CROSS JOIN dirty_session_task AS t ON t.commit_id = m.commit_id WHERE m.trunk_id = row.id
-- reads: fact_commit_rewrite -> SELECT t.session_key FROM fact_commit AS o
--     CROSS JOIN dirty_session_task AS t ON t.commit_id = o.id
--     WHERE o.repository_id = row.repository_id AND o.commit_sha = row.old_sha
-- reads: fact_commit_file_change -> SELECT session_key FROM dirty_session_task WHERE commit_id = row.commit_id
-- reads: fact_commit_trunk_change -> SELECT t.session_key FROM derived_commit_mainline AS m
--     CROSS JOIN dirty_session_task AS t ON t.commit_id = m.commit_id WHERE m.trunk_id = row.commit_id
-- reads: derived_commit_mainline -> SELECT session_key FROM dirty_session_task WHERE commit_id = row.commit_id
-- reads: derived_commit_mainline -> SELECT s.session_key FROM fact_commit AS c CROSS JOIN fact_commit AS t
--     ON t.repository_id = c.repository_id AND t.patch_key = c.patch_key
--     CROSS JOIN dirty_session_task AS s ON s.commit_id = t.id WHERE c.id = row.commit_id
-- reads: derived_commit_landing -> SELECT session_key FROM dirty_session_task WHERE commit_id = row.commit_id
-- reads: fact_commit_session_match -> SELECT row.session_id WHERE row.session_id > 0
CREATE VIEW build_session_commit AS
SELECT m.session_id AS session_key, m.commit_id AS commit_key, p.place
FROM fact_commit_session_match AS m
INNER JOIN build_commit_place AS p ON p.commit_key = m.commit_id
WHERE m.session_id > 0;
