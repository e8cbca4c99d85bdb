-- metadata_settings
-- grain: one row per setting that a rule or a report reads
-- key: setting_name
-- changed by `aea settings NAME VALUE`; a rule that changes refreshes what it concerns
CREATE TABLE metadata_settings (
    setting_name TEXT PRIMARY KEY,       -- such as churn_window_days
    setting_value REAL NOT NULL,         -- as it holds now
    default_value REAL NOT NULL,         -- as shipped
    unit TEXT NOT NULL,                  -- days, share, count, minutes
    meaning TEXT NOT NULL                -- one sentence for people
) STRICT, WITHOUT ROWID;
INSERT INTO metadata_settings VALUES
('heavy_ai_share', 0.5, 0.5, 'share', 'A commit is heavy from this share of AI lines among its added lines.'),
('churn_window_days', 14, 14, 'days', 'A line removed within these days of reaching the mainline is churn.'),
('bug_window_days', 60, 60, 'days', 'A fix within these days of reaching the mainline is a bug signal.');
