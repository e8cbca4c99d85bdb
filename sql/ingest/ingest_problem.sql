-- ingest_problem
-- grain: one row per place of a source that could not be read
-- key: source_id, byte_offset
CREATE TABLE ingest_problem (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where
    byte_offset INTEGER NOT NULL,        -- start of the bad line; -1: the whole source; less: a note or trace
    reason TEXT NOT NULL,                -- what is wrong, quoting nothing of the input
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds when it was met
    PRIMARY KEY (source_id, byte_offset)
) STRICT, WITHOUT ROWID;
