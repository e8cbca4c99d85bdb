-- death_without_arrival
-- table: derived_line_death
-- finding: a line died that never arrived
SELECT d.commit_id, d.file_id, d.first_line
FROM derived_line_death AS d
WHERE d.line_count > (
    SELECT coalesce(sum(
        min(a.first_line + a.line_count, d.first_line + d.line_count) - max(a.first_line, d.first_line)
    ), 0)
    FROM derived_line_arrival AS a
    WHERE a.commit_id = d.commit_id AND a.file_id = d.file_id
        AND a.first_line < d.first_line + d.line_count AND d.first_line < a.first_line + a.line_count
);
