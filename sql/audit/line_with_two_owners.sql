-- line_with_two_owners
-- table: derived_commit_line_match
-- finding: a line has two owners
SELECT commit_id, file_id, first_line
FROM (
    SELECT commit_id, file_id, first_line, line_count, lead(first_line) OVER lines AS next_line
    FROM derived_commit_line_match
    WINDOW lines AS (PARTITION BY commit_id, file_id ORDER BY first_line)
)
WHERE next_line < first_line + line_count;
