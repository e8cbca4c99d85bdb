-- shipped_share
-- title: Shipped
-- report: productivity
-- unit: share
-- better: higher
-- numerator: added lines that reached the mainline, without generated files, never more than the accepted ones
-- denominator: lines added by accepted writes
-- left out: sessions of which no repository is known
SELECT
    min(shipped_lines, accepted_lines_added) AS numerator,
    CASE WHEN thrown_away_lines IS NOT NULL THEN accepted_lines_added END AS denominator,
    '' AS counts_from
FROM view_session_productivity;
