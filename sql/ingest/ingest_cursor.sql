-- ingest_cursor
-- grain: one row per source: a session file or a repository
-- key: source_path, provider
CREATE TABLE ingest_cursor (
    id INTEGER PRIMARY KEY,              -- the source's surrogate: facts name it
    provider TEXT NOT NULL,              -- the provider, or git
    source_path TEXT NOT NULL,           -- the file, or the repository's common git directory
    inode INTEGER NOT NULL,              -- identity of the file when last read; 0 for a repository
    byte_size INTEGER NOT NULL,          -- its size when last looked at
    mtime_ns INTEGER NOT NULL,           -- its modification time when last looked at
    byte_offset INTEGER NOT NULL,        -- everything before it is ingested; a line starts here
    head_hash BLOB NOT NULL,             -- of the first min(1 KiB, byte_offset) bytes
    tail_hash BLOB NOT NULL,             -- of the last min(1 KiB, byte_offset) bytes before byte_offset
    parser_state TEXT NOT NULL,          -- JSON: what the parser knows at byte_offset; no text of anyone
    parser_version INTEGER NOT NULL,     -- a newer parser reads the source again
    is_missing INTEGER NOT NULL DEFAULT 0, -- 1: the source is gone; its facts stay
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last step
    UNIQUE (source_path, provider)
) STRICT;
