-- derived_session_output
-- grain: one row per (session, model family) with responses that the estimate of output tokens is made from or for
-- key: session_id, model_family
-- stage: output
-- rule: output_ratio.1
-- dirty: dirty_output
-- reads: fact_session_usage (session_id, model_id, output_tokens, is_final, is_excerpt, text_characters,
--     thinking_characters, tool_input_characters) -> session_id
-- reads: metadata_models, constant
-- The family of a model is its canonical name without the version at the end: claude-opus for claude-opus-4-6.
CREATE TABLE derived_session_output (
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id) ON DELETE CASCADE, -- the session
    model_family TEXT NOT NULL,          -- canonical name without the version at its end
    final_count INTEGER NOT NULL,        -- responses with a final count, all of whose characters are known
    unfinished_count INTEGER NOT NULL,   -- responses without a final count
    output_tokens INTEGER NOT NULL,      -- of the final ones
    character_count INTEGER NOT NULL,    -- that the model wrote in the final ones: text, thinking and tool input
    ingested_at INTEGER NOT NULL,        -- when this row was computed, UTC milliseconds
    PRIMARY KEY (session_id, model_family)
) STRICT, WITHOUT ROWID;
CREATE INDEX derived_session_output_family ON derived_session_output (
    model_family, final_count, output_tokens, character_count, unfinished_count
);
