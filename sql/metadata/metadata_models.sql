-- metadata_models
-- grain: one row per model of a provider
-- key: provider, model_name
-- merge: first
-- never: UPDATE, DELETE
CREATE TABLE metadata_models (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    provider TEXT NOT NULL,              -- which product used it
    model_name TEXT NOT NULL,            -- as the provider wrote it; (unknown) when it wrote none
    canonical_name TEXT,                 -- the one name of all its spellings (aea/models.py); NULL: model_name is it
    UNIQUE (provider, model_name)
) STRICT;
