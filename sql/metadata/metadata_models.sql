-- metadata_models
-- grain: one row per model of a provider
-- key: provider, model_name
-- merge: first
-- never: UPDATE, DELETE
CREATE TABLE metadata_models (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    provider TEXT NOT NULL,              -- provider that used it
    model_name TEXT NOT NULL,            -- name in the log; (unknown) if the log has none
    canonical_name TEXT,                 -- one name for all spellings (aea/models.py); NULL: the same as model_name
    UNIQUE (provider, model_name)
) STRICT;
