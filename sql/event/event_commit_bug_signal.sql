-- event_commit_bug_signal
-- grain: one row per commit that brought lines of sessions to the mainline
-- key: repository, commit_sha
-- scope: commit
-- time: commit_time
-- reads: fact_commit -> id
-- reads: metadata_repositories (repository_key) -> SELECT id FROM fact_commit WHERE repository_id = row.id
-- reads: metadata_settings (setting_name, setting_value) -> SELECT id FROM fact_commit
--     WHERE row.setting_name = 'bug_window_days'
-- reads: derived_commit_mainline -> commit_id
-- reads: derived_line_arrival -> commit_id
-- reads: derived_line_death -> commit_id
-- reads: fact_commit_file_change, with derived_line_death
-- reads: build_commit_pull
-- reads: fact_pull_request (repository_id, pr_number, merge_commit_sha)
--     -> dirty_commit_fixed: repository_id, pr_number, merge_commit_sha
-- reads: fact_pull_request_commit -> dirty_commit_fixed: SELECT row.repository_id, row.pr_number, NULL
-- reads: fact_issue_fix -> dirty_commit_fixed: SELECT row.repository_id, row.pr_number, NULL
-- reads: fact_issue (repository_id, issue_number) -> dirty_commit_fixed: SELECT repository_id, pr_number, NULL
--     FROM fact_issue_fix WHERE repository_id = row.repository_id AND issue_number = row.issue_number
-- reads: build_commit_reverted
-- bug_signal.2: a fix that is not reverted itself removed a non-trivial line that a session had added with this commit, within the window after
-- the commit reached the mainline. A fix is a commit whose subject or closing keyword says so (aea/git/fixes.py), or
-- whose pull request closes an issue that the forge labels as a bug.
CREATE TABLE event_commit_bug_signal (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    commit_time TEXT NOT NULL,           -- committer date, UTC
    mature_at TEXT NOT NULL,             -- end of the window, UTC; until then a signal may still come
    bug_after_merge_flag INTEGER NOT NULL, -- 1: a fix within the window removed lines of sessions from it
    first_bug_signal_commit_sha TEXT,    -- the earliest such fix; NULL: none
    first_bug_signal_commit_time TEXT,   -- when that fix reached the mainline, UTC; NULL: none
    bug_signal_count INTEGER NOT NULL,   -- fixes within the window
    signal_source TEXT,                  -- git_fix_commit, linked_issue, git_fix_commit+linked_issue; NULL: none
    window_days REAL NOT NULL,           -- length of the window, in days
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (repository, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE VIEW build_event_commit_bug_signal AS
SELECT
    c.id AS commit_key,
    r.repository_key AS repository,
    c.commit_sha,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') AS commit_time,
    strftime('%Y-%m-%dT%H:%M:%SZ', -- text has four digits for a year
        min(m.occurred_at / 1000 + w.setting_value * 86400, 253402300799), 'unixepoch')
        AS mature_at,
    count(x.id) > 0 AS bug_after_merge_flag,
    substr(min(CASE WHEN x.id IS NOT NULL
        THEN printf('%020d', d.occurred_at) || x.commit_sha END), 21) AS first_bug_signal_commit_sha,
    strftime('%Y-%m-%dT%H:%M:%SZ',
        min(CASE WHEN x.id IS NOT NULL THEN d.occurred_at END) / 1000, 'unixepoch')
        AS first_bug_signal_commit_time,
    count(DISTINCT x.id) AS bug_signal_count,
    CASE
        WHEN count(x.id) = 0 THEN NULL
        WHEN min(coalesce(x.fix_evidence IN ('conventional', 'subject'), x.id = 0)) = 1 THEN 'git_fix_commit'
        WHEN max(coalesce(x.fix_evidence IN ('conventional', 'subject'), x.id = 0)) = 0 THEN 'linked_issue'
        ELSE 'git_fix_commit+linked_issue'
    END AS signal_source,
    w.setting_value AS window_days,
    max(m.ingested_at, coalesce(max(d.ingested_at), 0)) AS ingested_at
FROM fact_commit AS c
INNER JOIN derived_commit_mainline AS m ON m.commit_id = c.id
INNER JOIN metadata_repositories AS r ON r.id = c.repository_id
INNER JOIN metadata_settings AS w ON w.setting_name = 'bug_window_days'
LEFT JOIN derived_line_death AS d
    ON d.commit_id = c.id AND d.nontrivial_count > 0
    AND d.occurred_at <= m.occurred_at + w.setting_value * 86400000
    AND NOT EXISTS (
        SELECT 1 FROM build_commit_reverted AS v WHERE v.commit_key = d.death_id AND v.evidence <> 'lines_died'
    )
LEFT JOIN derived_commit_mainline AS b ON b.trunk_id = d.death_id -- every commit that came with the removing one
LEFT JOIN fact_commit AS x
    ON x.id = b.commit_id AND x.id <> c.id AND (
        x.fix_evidence IN ('conventional', 'issue', 'subject') OR EXISTS (
            SELECT 1 FROM build_commit_pull AS k
            CROSS JOIN fact_issue_fix AS i
                ON i.repository_id = x.repository_id AND i.pr_number = k.pr_number
            CROSS JOIN fact_issue AS g
                ON g.repository_id = i.repository_id AND g.issue_number = i.issue_number
            WHERE k.commit_key = x.id
        )
    )
    AND (x.id = d.death_id OR EXISTS (
        SELECT 1 FROM fact_commit_file_change AS f
        WHERE f.commit_id = x.id AND f.file_id = d.death_file_id
    ))
WHERE EXISTS (SELECT 1 FROM derived_line_arrival AS a WHERE a.commit_id = c.id)
GROUP BY c.id;
