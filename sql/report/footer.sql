-- footer
-- grain: one row
-- how fresh the data is, and what could not be read
SELECT
    (SELECT max(ingested_at) FROM ingest_cursor) AS last_ingested_at,
    (SELECT count(*) FROM ingest_cursor WHERE provider NOT IN ('git', 'spool')) AS source_count,
    (SELECT count(*) FROM ingest_cursor WHERE is_missing = 1) AS missing_source_count,
    (SELECT count(*) FROM ingest_problem) AS problem_count,
    (SELECT coalesce(sum(record_count), 0) FROM ingest_unknown_record) AS unknown_record_count;
