-- 0005_canonical_models
-- One model has several spellings; reports group by the canonical one. canonical_model is aea/models.py.
ALTER TABLE metadata_models ADD COLUMN canonical_name TEXT;
UPDATE metadata_models SET canonical_name = nullif(canonical_model(model_name), model_name);
