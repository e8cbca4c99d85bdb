-- metadata_settings
-- grain: one row per setting that a rule or a report reads
-- key: setting_name
-- never: DELETE
-- Changed by `aea settings NAME VALUE`, which refreshes the rows that depend on a rule.
CREATE TABLE metadata_settings (
    setting_name TEXT PRIMARY KEY,       -- such as churn_window_days
    setting_value REAL NOT NULL,         -- current value
    default_value REAL NOT NULL,         -- value in a new database
    unit TEXT NOT NULL,                  -- days, share, count, minutes
    meaning TEXT NOT NULL                -- one sentence for people
) STRICT, WITHOUT ROWID;
INSERT INTO metadata_settings VALUES
('heavy_ai_share', 0.5, 0.5, 'share', 'A commit is heavy from this share of AI lines among its added lines.'),
('churn_window_days', 14, 14, 'days', 'A line removed within these days of reaching the mainline is churn.'),
('bug_window_days', 60, 60, 'days', 'A fix within these days of reaching the mainline is a bug signal.');
INSERT INTO metadata_settings VALUES
('prompts_good', 4, 4, 'count', 'Good below this: prompts a session.'),
('prompts_watch', 7, 7, 'count', 'Watch up to this, risk above: prompts a session.'),
('first_change_good', 15, 15, 'minutes', 'Good below this: minutes to the first accepted change.'),
('first_change_watch', 45, 45, 'minutes', 'Watch up to this, risk above: minutes to the first accepted change.'),
('debug_loop_good', 0.1, 0.1, 'share', 'Good below this: sessions with a debug loop.'),
('debug_loop_watch', 0.25, 0.25, 'share', 'Watch up to this, risk above: sessions with a debug loop.'),
('error_paste_good', 0.1, 0.1, 'share', 'Good below this: sessions with a pasted error.'),
('error_paste_watch', 0.25, 0.25, 'share', 'Watch up to this, risk above: sessions with a pasted error.'),
('to_commit_good', 0.5, 0.5, 'share', 'Good from this on: sessions that a commit followed.'),
('to_commit_watch', 0.25, 0.25, 'share', 'Watch from this on, risk below: sessions that a commit followed.'),
('no_output_good', 0.15, 0.15, 'share', 'Good below this: sessions without accepted output.'),
('no_output_watch', 0.35, 0.35, 'share', 'Watch up to this, risk above: sessions without accepted output.'),
('pr_reach_good', 0.7, 0.7, 'share', 'Good from this on: heavy commits with a pull request.'),
('pr_reach_watch', 0.4, 0.4, 'share', 'Watch from this on, risk below: heavy commits with a pull request.'),
('mainline_reach_good', 0.75, 0.75, 'share', 'Good from this on: heavy commits on the mainline.'),
('mainline_reach_watch', 0.5, 0.5, 'share', 'Watch from this on, risk below: heavy commits on the mainline.'),
('pr_merge_good', 0.75, 0.75, 'share', 'Good from this on: pull requests of heavy commits that were merged.'),
('pr_merge_watch', 0.5, 0.5, 'share', 'Watch from this on, risk below: pull requests of heavy commits that were merged.'),
('churn_good', 0.15, 0.15, 'share', 'Good below this: AI lines of heavy commits lost early.'),
('churn_watch', 0.3, 0.3, 'share', 'Watch up to this, risk above: AI lines of heavy commits lost early.'),
('bug_after_merge_good', 0.15, 0.15, 'share', 'Good below this: heavy commits with a bug fix after them.'),
('bug_after_merge_watch', 0.3, 0.3, 'share', 'Watch up to this, risk above: heavy commits with a bug fix after them.'),
('revert_good', 0.02, 0.02, 'share', 'Good below this: heavy commits that were reverted.'),
('revert_watch', 0.05, 0.05, 'share', 'Watch up to this, risk above: heavy commits that were reverted.');
INSERT INTO metadata_settings VALUES
('import_root_lines', 200, 200, 'count', 'A commit without a parent is an import from this many lines on that no session wrote.'),
('import_lines', 10000, 10000, 'count', 'Any commit is an import from this many lines on that no session wrote.');
