-- status_providers
-- grain: one row per provider with sources
-- how many sources and sessions were read, and when last
SELECT
    c.provider,
    count(*) AS source_count,
    sum(c.is_missing) AS missing_source_count,
    max(c.ingested_at) AS last_read_at_ms,
    max(c.mtime_ns) / 1000000 AS last_written_at_ms,
    (SELECT count(*) FROM metadata_sessions AS s WHERE s.provider = c.provider) AS session_count,
    (
        SELECT count(*)
        FROM ingest_problem AS p INNER JOIN ingest_cursor AS q ON q.id = p.source_id
        WHERE q.provider = c.provider
    ) AS problem_count
FROM ingest_cursor AS c
WHERE c.provider NOT IN ('git', 'spool')
GROUP BY c.provider
ORDER BY c.provider;
