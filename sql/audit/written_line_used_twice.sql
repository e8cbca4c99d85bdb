-- written_line_used_twice
-- table: derived_commit_line_match
-- finding: a line of a write is used twice
SELECT commit_id, file_id, first_line
FROM (
    SELECT commit_id, file_id, first_line, change_line, line_count,
        lead(change_line) OVER writes AS next_line
    FROM derived_commit_line_match
    WHERE change_line IS NOT NULL
    WINDOW writes AS (PARTITION BY change_key ORDER BY change_line)
)
WHERE next_line < change_line + line_count;
