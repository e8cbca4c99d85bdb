-- build_commit_coverage
-- grain: one row per commit: what is known about who wrote it, and how
-- reads: fact_commit -> id
-- reads: metadata_users, constant
-- reads: metadata_settings (setting_name, setting_value) -> SELECT id FROM fact_commit
--     WHERE row.setting_name IN ('heavy_ai_share', 'import_root_lines', 'import_lines')
-- reads: fact_commit_session_match -> commit_id
-- reads: fact_commit_authorship -> SELECT id FROM fact_commit
--     WHERE repository_id = row.repository_id AND commit_sha = row.commit_sha
-- reads: fact_commit_file_change -> commit_id
-- reads: metadata_files (repository_id, file_path, is_generated, is_vendored)
--     -> SELECT commit_id FROM fact_commit_file_change WHERE file_id = row.id
-- reads: derived_author_tool -> SELECT id FROM fact_commit WHERE author_id = row.user_id
-- reads: derived_author_machine -> SELECT c.id FROM metadata_users AS u
--     CROSS JOIN fact_commit AS c ON c.author_id = u.id WHERE u.user_email = row.user_email
-- reads: derived_machine_start, by hand: dirty_commit_covered, dirty_commit_uncovered, dirty_commit_covered_since
-- coverage.1: the first that holds
--   matched_lines         covered      sessions wrote most of its added lines (heavy_ai_share)
--   agent_account         recorded     its author is an agent's own account: all its lines are the tool's
--   recorded_lines        recorded     notes or agent traces record more AI lines than sessions explain
--   matched_lines         covered      sessions wrote at least a tenth of its added lines
--   root_commit           import       it has no parent and adds import_root_lines or more
--   vendored              import       most of its added lines are in vendored files (.gitattributes)
--   size                  import       it adds import_lines or more
--   known_author         covered      the author's sessions are here since before its author date; if a trailer or note
--                                      names an agent, it also has lines of a session
--   lines_unknown         recorded     a trailer or note names an agent, and does not say which lines
--   before_first_session  not_covered  the author's sessions are collected here, but not from that time
--   unknown_author        not_covered  nobody's whose sessions are collected here
CREATE VIEW build_commit_coverage AS
SELECT
    r.commit_key,
    CASE r.coverage_reason
        WHEN 'matched_lines' THEN 'covered'
        WHEN 'known_author' THEN 'covered'
        WHEN 'agent_account' THEN 'recorded'
        WHEN 'recorded_lines' THEN 'recorded'
        WHEN 'lines_unknown' THEN 'recorded'
        WHEN 'root_commit' THEN 'import'
        WHEN 'vendored' THEN 'import'
        WHEN 'size' THEN 'import'
        ELSE 'not_covered'
    END AS coverage, r.coverage_reason,
    CASE r.coverage_reason
        WHEN 'matched_lines' THEN r.ai_lines
        WHEN 'known_author' THEN r.ai_lines
        WHEN 'agent_account' THEN r.lines
        WHEN 'recorded_lines' THEN min(r.recorded_lines, r.lines)
    END AS ai_lines
FROM build_commit_coverage_reason AS r;
CREATE VIEW build_commit_coverage_reason AS -- one row per commit: the first reason that holds
SELECT
    w.commit_key,
    w.lines,
    w.ai_lines,
    w.recorded_lines,
    CASE
        WHEN w.ai_lines > 0 AND w.ai_lines >= w.lines * (
            SELECT setting_value FROM metadata_settings WHERE setting_name = 'heavy_ai_share'
        ) THEN 'matched_lines'
        WHEN w.tool_name IS NOT NULL THEN 'agent_account'
        WHEN min(w.recorded_lines, w.lines) > w.ai_lines THEN 'recorded_lines'
        WHEN w.ai_lines > 0 AND w.ai_lines >= 0.1 * w.lines THEN 'matched_lines'
        WHEN w.parent_count = 0 AND w.lines >= (
            SELECT setting_value FROM metadata_settings WHERE setting_name = 'import_root_lines'
        ) THEN 'root_commit'
        WHEN w.vendored_lines * 2 >= w.lines AND w.lines > 0 THEN 'vendored'
        WHEN w.lines >= (SELECT setting_value FROM metadata_settings WHERE setting_name = 'import_lines')
            THEN 'size'
        WHEN w.covered_from <= w.authored_at AND w.ai_lines > 0 THEN 'known_author'
        WHEN w.is_assisted AND w.lines IS NOT 0 THEN 'lines_unknown'
        WHEN w.covered_from <= w.authored_at THEN 'known_author'
        WHEN w.covered_from IS NOT NULL THEN 'before_first_session'
        ELSE 'unknown_author'
    END AS coverage_reason
FROM (
    SELECT
        c.id AS commit_key,
        c.parent_count,
        c.authored_at,
        t.tool_name,
        (SELECT coalesce(sum(m.matched_lines), 0) * nullif(c.is_diff_known, 0)
            FROM fact_commit_session_match AS m WHERE m.commit_id = c.id) AS lines, -- NULL: the diff is missing
        (SELECT coalesce(sum(m.matched_lines * (m.session_id > 0)), 0) * nullif(c.is_diff_known, 0)
            FROM fact_commit_session_match AS m WHERE m.commit_id = c.id) AS ai_lines,
        (
            SELECT sum(v.line_count) FROM (
                SELECT min(sum(e.line_count), max(f.lines_added)) AS line_count
                FROM (
                    SELECT DISTINCT a.file_path, a.first_line, a.line_count FROM fact_commit_authorship AS a
                    WHERE a.repository_id = c.repository_id AND a.commit_sha = c.commit_sha
                        AND a.contributor = 'ai' AND a.line_count IS NOT NULL
                ) AS e
                CROSS JOIN metadata_files AS x
                    ON coalesce(x.repository_id, 0) = c.repository_id AND x.file_path = e.file_path
                    AND x.is_generated = 0
                CROSS JOIN fact_commit_file_change AS f ON f.commit_id = c.id AND f.file_id = x.id
                GROUP BY f.id
            ) AS v
        ) AS recorded_lines,
        (
            SELECT sum(f.lines_added) FROM fact_commit_file_change AS f
            CROSS JOIN metadata_files AS x ON x.id = f.file_id AND x.is_vendored = 1 AND x.is_generated = 0
            WHERE f.commit_id = c.id
        ) AS vendored_lines,
        EXISTS (
            SELECT 1 FROM fact_commit_authorship AS e
            WHERE e.repository_id = c.repository_id AND e.commit_sha = c.commit_sha
                AND (e.contributor IN ('ai', 'mixed') OR e.record_kind = 'entire_checkpoint')
                AND e.record_kind <> 'agent_trace' -- it names the commit that the work started from
        ) AS is_assisted,
        (
            SELECT min(s.first_at) FROM metadata_users AS u
            CROSS JOIN derived_author_machine AS a ON a.user_email = u.user_email
            CROSS JOIN derived_machine_start AS s ON s.machine_id = a.machine_id
            WHERE u.id = c.author_id
        ) AS covered_from
    FROM fact_commit AS c
    LEFT JOIN derived_author_tool AS t ON t.user_id = c.author_id
) AS w;
