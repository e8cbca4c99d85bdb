-- session_writes
-- grain: one row per write of one session and run of its lines in a commit; one row for a write without such a run
SELECT
    c.change_key,
    p.file_path AS path,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') AS written_at,
    c.agent_id,
    c.tool_name AS tool,
    c.operation,
    c.lines_added,
    c.lines_removed,
    k.commit_sha AS "commit",
    q.file_path AS commit_path,
    m.first_line,
    m.line_count,
    m.stage,
    m.confidence
FROM fact_session_code_change AS c
INNER JOIN metadata_files AS p ON p.id = c.file_id
LEFT JOIN derived_commit_line_match AS m ON m.change_key = c.change_key
LEFT JOIN fact_commit AS k ON k.id = m.commit_id
LEFT JOIN metadata_files AS q ON q.id = m.file_id
WHERE c.session_id = :session_key
ORDER BY c.occurred_at, c.change_key, k.ordered_at, k.commit_sha, q.file_path, m.first_line;
