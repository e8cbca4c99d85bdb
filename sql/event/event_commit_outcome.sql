-- event_commit_outcome
-- grain: one row per commit of a repository
-- key: repository, commit_sha
-- scope: commit
-- time: commit_time
-- reads: fact_commit -> id
-- reads: metadata_repositories (repository_key) -> SELECT id FROM fact_commit WHERE repository_id = row.id
-- reads: metadata_settings (setting_name, setting_value) -> SELECT id FROM fact_commit
--     WHERE row.setting_name = 'heavy_ai_share'
-- reads: fact_commit_file_change -> commit_id
-- reads: fact_commit_session_match -> commit_id
-- reads: fact_task_commit_assignment -> commit_id
-- reads: derived_commit_mainline -> commit_id
-- reads: derived_commit_landing -> commit_id
-- reads: derived_repository_mainline (repository_id) -> SELECT id FROM fact_commit WHERE repository_id = row.repository_id
-- reads: build_commit_reverted
-- reads: build_commit_place
-- reads: build_commit_coverage
CREATE TABLE event_commit_outcome (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    commit_time TEXT NOT NULL,           -- committer date, UTC
    author TEXT NOT NULL,                -- e-mail address of the author, after .mailmap
    is_merge INTEGER NOT NULL,           -- 1: more than one parent
    is_reachable INTEGER NOT NULL,       -- 0: no ref reaches it; it was amended or dropped
    place TEXT NOT NULL,                 -- mainline, open, copy (another commit stands for it), dropped
    coverage TEXT NOT NULL,              -- covered, recorded, import, not_covered: what is known about who wrote it
    coverage_reason TEXT NOT NULL,       -- why: see coverage.1 in sql/build/build_commit_coverage.sql
    heavy_ai_flag INTEGER,               -- 1: ai_share is at least the setting heavy_ai_share; 0: less, or it adds no lines; NULL: unknown
    branch_name TEXT,                    -- the branch that the commit was made on; NULL: unknown
    merged_to_mainline_flag INTEGER,     -- 1: the mainline has its change; NULL: the repository has no mainline
    merged_evidence TEXT,                -- direct, merge, rewrite, same_patch, squash; NULL: not merged
    mainline_at TEXT,                    -- when the mainline got its change, UTC; NULL: not merged
    pull_number INTEGER,                 -- the pull or merge request that its message names; NULL: none
    reverted_later_flag INTEGER NOT NULL, -- 1: a later reachable commit reverts it
    reverted_evidence TEXT,              -- trailer, inverse_patch, subject, lines_died; NULL: not reverted
    total_matched_ai_lines INTEGER,      -- added lines that sessions wrote, without generated files; NULL: unknown
    certain_ai_lines INTEGER,            -- how many of them have a confidence of at least 0.7
    carried_ai_lines INTEGER,            -- lines of sessions that the commit only moved or restored
    generated_ai_lines INTEGER,          -- lines of sessions in lock files and other generated files
    ai_lines INTEGER,                    -- AI lines that count: matched if covered, recorded if recorded; NULL: unknown
    attributable_lines INTEGER,          -- added lines, without generated files; NULL: the diff is missing
    ai_share REAL,                       -- ai_lines divided by attributable_lines; NULL: unknown, or it adds none
    ai_assisted_unproven INTEGER NOT NULL, -- 1: a trailer or a note names an agent, but no line matches a session
    commit_total_changed_lines INTEGER,  -- lines added plus lines removed; NULL: the diff is missing
    lines_added INTEGER,                 -- lines added, generated files included; NULL: the diff is missing
    lines_removed INTEGER,               -- lines removed, generated files included; NULL: the diff is missing
    file_count INTEGER,                  -- files changed; NULL: the diff is missing
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (repository, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_commit_outcome_time ON event_commit_outcome (commit_time);
CREATE VIEW build_event_commit_outcome AS
SELECT
    c.id AS commit_key,
    r.repository_key AS repository,
    c.commit_sha,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') AS commit_time,
    u.user_email AS author,
    c.parent_count > 1 AS is_merge,
    c.is_reachable,
    p.place,
    max(w.coverage) AS coverage, -- max() of the one value, so that it is computed once
    max(w.coverage_reason) AS coverage_reason,
    CASE WHEN c.is_diff_known = 1 AND coalesce(sum(m.matched_lines), 0) = 0 THEN 0 -- there is no line that an agent could have written
        ELSE max(w.ai_lines) * 1.0 / sum(m.matched_lines)
            >= (SELECT setting_value FROM metadata_settings WHERE setting_name = 'heavy_ai_share') END AS heavy_ai_flag, -- NULL: its AI lines are unknown
    (SELECT max(t.branch_name) FROM fact_task_commit_assignment AS t WHERE t.commit_id = c.id) AS branch_name,
    CASE WHEN n.repository_id IS NOT NULL
        THEN coalesce(a.commit_id, l.commit_id) IS NOT NULL END AS merged_to_mainline_flag,
    CASE WHEN a.trunk_id = c.id THEN 'direct' WHEN a.trunk_id <> c.id THEN 'merge' ELSE l.evidence END
        AS merged_evidence,
    strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(a.occurred_at, l.occurred_at) / 1000, 'unixepoch')
        AS mainline_at,
    c.pull_number,
    max(v.evidence) IS NOT NULL AS reverted_later_flag, -- max() of the one value, so that it is computed once
    max(v.evidence) AS reverted_evidence,
    CASE WHEN c.is_diff_known = 1 THEN coalesce(sum(m.matched_lines * (m.session_id > 0)), 0) END
        AS total_matched_ai_lines,
    CASE WHEN c.is_diff_known = 1 THEN coalesce(sum(m.certain_lines), 0) END AS certain_ai_lines,
    CASE WHEN c.is_diff_known = 1 THEN coalesce(sum(m.carried_lines), 0) END AS carried_ai_lines,
    CASE WHEN c.is_diff_known = 1 THEN coalesce(sum(m.generated_lines * (m.session_id > 0)), 0) END
        AS generated_ai_lines,
    max(w.ai_lines) AS ai_lines,
    CASE WHEN c.is_diff_known = 1 THEN coalesce(sum(m.matched_lines), 0) END AS attributable_lines,
    max(w.ai_lines) * 1.0 / nullif(sum(m.matched_lines), 0) AS ai_share,
    coalesce(sum((m.matched_lines + m.generated_lines) * (m.session_id > 0)), 0) = 0 AND EXISTS (
        SELECT 1 FROM fact_commit_authorship AS e
        WHERE e.repository_id = c.repository_id AND e.commit_sha = c.commit_sha
            AND (e.contributor IN ('ai', 'mixed') OR e.record_kind = 'entire_checkpoint')
            AND e.record_kind <> 'agent_trace' -- it names the commit that the work started from
    ) AS ai_assisted_unproven,
    CASE WHEN c.is_diff_known = 1 THEN coalesce((
        SELECT sum(lines_added) FROM fact_commit_file_change AS a WHERE a.commit_id = c.id
    ), 0) + coalesce((
        SELECT sum(lines_removed) FROM fact_commit_file_change AS d WHERE d.commit_id = c.id
    ), 0) END AS commit_total_changed_lines,
    CASE WHEN c.is_diff_known = 1 THEN coalesce((
        SELECT sum(lines_added) FROM fact_commit_file_change AS a WHERE a.commit_id = c.id
    ), 0) END AS lines_added,
    CASE WHEN c.is_diff_known = 1 THEN coalesce((
        SELECT sum(lines_removed) FROM fact_commit_file_change AS d WHERE d.commit_id = c.id
    ), 0) END AS lines_removed,
    CASE WHEN c.is_diff_known = 1 THEN (
        SELECT count(*) FROM fact_commit_file_change AS f WHERE f.commit_id = c.id
    ) END AS file_count,
    max(
        c.ingested_at, coalesce(max(m.ingested_at), 0), coalesce(a.ingested_at, l.ingested_at, 0)
    ) AS ingested_at
FROM fact_commit AS c
INNER JOIN metadata_repositories AS r ON r.id = c.repository_id
INNER JOIN metadata_users AS u ON u.id = c.author_id
INNER JOIN build_commit_reverted AS v ON v.commit_key = c.id
INNER JOIN build_commit_place AS p ON p.commit_key = c.id
INNER JOIN build_commit_coverage AS w ON w.commit_key = c.id
LEFT JOIN derived_repository_mainline AS n ON n.repository_id = c.repository_id
LEFT JOIN derived_commit_mainline AS a ON a.commit_id = c.id
LEFT JOIN derived_commit_landing AS l ON l.commit_id = c.id
LEFT JOIN fact_commit_session_match AS m ON m.commit_id = c.id
GROUP BY c.id;
