-- dirty_match_file
-- grain: one row per file that sessions wrote to: the commits that these writes may explain must be matched
-- key: file_id
-- stage: attribution
-- merge: (file_id) DO UPDATE SET touched_from = min(touched_from, excluded.touched_from),
--     touched_to = max(touched_to, excluded.touched_to)
CREATE TABLE dirty_match_file (
    file_id INTEGER PRIMARY KEY,         -- metadata_files.id
    touched_from INTEGER NOT NULL,       -- the earliest write, UTC milliseconds
    touched_to INTEGER NOT NULL          -- the latest write, UTC milliseconds
) STRICT;
