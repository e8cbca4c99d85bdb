-- session_files
-- grain: one row per file that one session wrote to
-- landed: added lines that a commit took; not landed: replaced, thrown away or not committed yet; how many lines an
-- overwritten file gained is unknown
WITH landed AS (
    SELECT m.change_key, sum(m.line_count) AS line_count
    FROM fact_session_code_change AS c
    INNER JOIN derived_commit_line_match AS m ON m.change_key = c.change_key
    WHERE c.session_id = :session_key
    GROUP BY m.change_key
)

SELECT
    p.file_path AS path,
    count(*) AS write_count,
    sum(c.lines_added) AS lines_added,
    sum(c.lines_removed) AS lines_removed,
    coalesce(sum(l.line_count), 0) AS landed_lines,
    sum(CASE WHEN c.lines_added IS NOT NULL THEN c.lines_added - coalesce(l.line_count, 0) END)
        AS not_landed_lines,
    strftime('%Y-%m-%dT%H:%M:%SZ', min(c.occurred_at) / 1000, 'unixepoch') AS first_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', max(c.occurred_at) / 1000, 'unixepoch') AS last_at
FROM fact_session_code_change AS c
INNER JOIN metadata_files AS p ON p.id = c.file_id
LEFT JOIN landed AS l ON l.change_key = c.change_key
WHERE c.session_id = :session_key
GROUP BY p.id
ORDER BY p.file_path;
