-- event_commit_churn
-- grain: one row per commit that the mainline contains
-- key: repository, commit_sha
-- scope: commit
-- time: commit_time
-- reads: fact_commit -> id
-- reads: metadata_repositories (repository_key) -> SELECT id FROM fact_commit WHERE repository_id = row.id
-- reads: metadata_settings (setting_name, setting_value) -> SELECT id FROM fact_commit
--     WHERE row.setting_name = 'churn_window_days'
-- reads: derived_commit_mainline -> commit_id
-- reads: derived_line_arrival -> commit_id
-- reads: derived_line_death -> commit_id
-- reads: build_commit_reverted
-- reads: build_commit_following
-- reads: derived_commit_line_match -> SELECT row.origin_id WHERE row.origin_id IS NOT NULL
-- churn.3: what a commit removed is not lost if that commit is reverted in turn; of a revert in part, the lines that came
-- back are not lost. The window opens when the commit reaches the mainline. Lines that were moved, re-indented or
-- reflowed live on.
CREATE TABLE event_commit_churn (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    commit_time TEXT NOT NULL,           -- committer date, UTC
    mainline_at TEXT NOT NULL,           -- when the commit reached the mainline, UTC
    mature_at TEXT NOT NULL,             -- end of the window, UTC; until then the counts may still rise
    ai_added_lines_reaching_mainline INTEGER NOT NULL, -- lines that sessions wrote and the commit added, without generated files
    ai_added_lines_removed_within_window INTEGER NOT NULL, -- how many of them the mainline lost within the window
    ai_added_lines_removed INTEGER NOT NULL, -- how many of them the mainline has lost so far
    churn_window_days REAL NOT NULL,     -- length of the window, in days
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (repository, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE VIEW build_event_commit_churn AS
SELECT
    c.id AS commit_key,
    r.repository_key AS repository,
    c.commit_sha,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') AS commit_time,
    strftime('%Y-%m-%dT%H:%M:%SZ', m.occurred_at / 1000, 'unixepoch') AS mainline_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', -- text has four digits for a year
        min(m.occurred_at / 1000 + w.setting_value * 86400, 253402300799), 'unixepoch')
        AS mature_at,
    coalesce((SELECT sum(a.line_count) FROM derived_line_arrival AS a WHERE a.commit_id = c.id), 0)
        AS ai_added_lines_reaching_mainline,
    max(0, coalesce(sum(d.line_count)
        FILTER (WHERE d.occurred_at <= m.occurred_at + w.setting_value * 86400000), 0) - b.line_count)
        AS ai_added_lines_removed_within_window,
    max(0, coalesce(sum(d.line_count), 0) - b.line_count) AS ai_added_lines_removed,
    w.setting_value AS churn_window_days,
    max(m.ingested_at, coalesce(max(d.ingested_at), 0), coalesce((
        SELECT max(a.ingested_at) FROM derived_line_arrival AS a WHERE a.commit_id = c.id
    ), 0)) AS ingested_at
FROM fact_commit AS c
INNER JOIN derived_commit_mainline AS m ON m.commit_id = c.id
INNER JOIN metadata_repositories AS r ON r.id = c.repository_id
INNER JOIN metadata_settings AS w ON w.setting_name = 'churn_window_days'
INNER JOIN build_commit_restored AS b ON b.commit_key = c.id
LEFT JOIN derived_line_death AS d ON d.commit_id = c.id AND NOT EXISTS (
    SELECT 1 FROM build_commit_reverted AS v WHERE v.commit_key = d.death_id AND v.evidence <> 'lines_died'
)
GROUP BY c.id;
