-- ingest_unknown_record
-- grain: one row per (source, record type that this version does not know)
-- key: source_id, record_type
CREATE TABLE ingest_unknown_record (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where
    record_type TEXT NOT NULL,           -- as the provider calls it; (other): no short name, or one too many
    record_count INTEGER NOT NULL,       -- lines of that type in the source so far
    PRIMARY KEY (source_id, record_type)
) STRICT, WITHOUT ROWID;
