-- build_session_line
-- grain: one row per run of lines of a session in a commit on the mainline or an open one, each line once
-- reads: derived_commit_line_match -> session_id
-- reads: build_session_commit
-- A line that an earlier such commit has as well counts there. Carried lines do not count.
CREATE VIEW build_session_line AS
SELECT m.session_id AS session_key, m.change_key, m.line_count
FROM derived_commit_line_match AS m
WHERE m.is_carried = 0
    AND (SELECT p.place FROM build_session_commit AS p
        WHERE p.session_key = m.session_id AND p.commit_key = m.commit_id) IN ('mainline', 'open')
    AND coalesce((SELECT p.place FROM build_session_commit AS p
        WHERE p.session_key = m.session_id AND p.commit_key = m.origin_id), '')
    NOT IN ('mainline', 'open');
