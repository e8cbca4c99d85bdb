-- commit_authorship
-- grain: one row per claim that another tool recorded about one commit
SELECT DISTINCT
    e.record_kind AS kind,
    e.tool_name AS tool,
    e.external_session,
    e.model_name AS model,
    e.file_path AS path,
    e.first_line,
    e.line_count,
    e.contributor
FROM fact_commit AS c
INNER JOIN fact_commit_authorship AS e ON e.repository_id = c.repository_id AND e.commit_sha = c.commit_sha
WHERE c.id = :commit_id
ORDER BY e.record_kind, e.file_path, e.first_line, e.tool_name;
