-- ingest_cursor
-- grain: one row per source: a session file or a clone
-- key: source_path, provider
CREATE TABLE ingest_cursor (
    id INTEGER PRIMARY KEY,              -- surrogate key, local to this database
    provider TEXT NOT NULL,              -- provider, or git, or spool (notices of git hooks)
    source_path TEXT NOT NULL,           -- path of the file, or common git directory of the clone
    inode INTEGER NOT NULL,              -- inode of the file at the last read; 0 for a clone
    byte_size INTEGER NOT NULL,          -- file size at the last read
    mtime_ns INTEGER NOT NULL,           -- modification time at the last read
    byte_offset INTEGER NOT NULL,        -- start of the first line that has not been read
    head_hash BLOB NOT NULL,             -- hash of the first 1 KiB, or of everything before byte_offset
    tail_hash BLOB NOT NULL,             -- hash of the last 1 KiB before byte_offset
    parser_state TEXT NOT NULL,          -- state of the parser at byte_offset, as JSON without text of prompts or code
    parser_version INTEGER NOT NULL,     -- version of the parser; a newer one reads the source again
    is_missing INTEGER NOT NULL DEFAULT 0, -- 1: the source was deleted; its facts stay
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last read
    UNIQUE (source_path, provider)
) STRICT;
