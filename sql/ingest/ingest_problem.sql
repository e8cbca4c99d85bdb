-- ingest_problem
-- grain: one row per part of a source that could not be read
-- key: source_id, byte_offset
CREATE TABLE ingest_problem (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- source
    byte_offset INTEGER NOT NULL,        -- start of the line; -1: the whole source; below -1: a hash that identifies a note or trace
    reason TEXT NOT NULL,                -- description without any text of the input
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds when it was found
    PRIMARY KEY (source_id, byte_offset)
) STRICT, WITHOUT ROWID;
