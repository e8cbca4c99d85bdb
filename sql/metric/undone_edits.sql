-- undone_edits
-- title: Undone edits
-- report: trouble
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: lines that a later write of the same session to the same file removed
-- denominator: lines that accepted writes added
-- excluded: lines with fewer than three letters or digits; writes whose lines are unknown; sessions in which no person typed a prompt
SELECT
    undone_line_count AS numerator,
    written_line_count AS denominator,
    '' AS counts_from
FROM view_session_quality;
