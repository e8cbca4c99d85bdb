-- shipped_share
-- title: Shipped
-- report: productivity
-- statistic: ratio
-- unit: share
-- better: higher
-- numerator: added lines that reached the mainline, without generated files, at most the accepted lines
-- denominator: lines added by accepted writes
-- excluded: sessions without a known repository; sessions in which no person typed a prompt
SELECT
    min(shipped_lines, accepted_lines_added) AS numerator,
    accepted_lines_added AS denominator,
    '' AS counts_from
FROM view_session_lines;
