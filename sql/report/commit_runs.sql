-- commit_runs
-- grain: one row per file of one commit and run of its added lines with one owner; one row for a file without an owner
SELECT
    p.file_path AS path,
    p.is_generated,
    f.added_runs,
    m.first_line,
    m.line_count,
    s.provider,
    s.session_id,
    m.agent_id,
    m.stage,
    m.confidence,
    m.is_carried,
    o.commit_sha AS origin,
    e.model_name AS model
FROM fact_commit_file_change AS f
INNER JOIN metadata_files AS p ON p.id = f.file_id
LEFT JOIN derived_commit_line_match AS m ON m.commit_id = f.commit_id AND m.file_id = f.file_id
LEFT JOIN metadata_sessions AS s ON s.id = m.session_id
LEFT JOIN event_session_productivity AS e ON e.provider = s.provider AND e.session_id = s.session_id
LEFT JOIN fact_commit AS o ON o.id = m.origin_id
WHERE f.commit_id = :commit_id AND (:path IS NULL OR p.file_path = :path)
ORDER BY p.file_path, m.first_line;
