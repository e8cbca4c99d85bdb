-- ingest_unknown_record
-- grain: one row per (source, record type that the parser does not know)
-- key: source_id, record_type
CREATE TABLE ingest_unknown_record (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- source
    record_type TEXT NOT NULL,           -- name of the type in the log; (other): it is not a short name, or one too many
    record_count INTEGER NOT NULL,       -- lines of this type so far
    PRIMARY KEY (source_id, record_type)
) STRICT, WITHOUT ROWID;
