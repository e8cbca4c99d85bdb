-- derived_output_ratio
-- grain: one row per model family with final responses, all of whose characters are known
-- key: model_family
-- stage: output
-- rule: output_ratio.1
-- dirty: dirty_output
-- reads: derived_session_output
-- The output tokens of these responses divided by their characters, in steps of 10 per 1,000: the ratio then changes
-- only a few times in the life of a database, and each time only sessions with unfinished responses are marked.
CREATE TABLE derived_output_ratio (
    model_family TEXT PRIMARY KEY,       -- canonical name of a model without the version at its end
    response_count INTEGER NOT NULL,     -- responses that the ratio is fitted to
    tokens_per_1000_characters INTEGER,  -- the ratio, in steps of 10; NULL: fewer than 30 responses
    ingested_at INTEGER NOT NULL         -- when this row was computed, UTC milliseconds
) STRICT, WITHOUT ROWID;
