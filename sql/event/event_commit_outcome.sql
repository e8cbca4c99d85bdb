-- event_commit_outcome
-- grain: one row per commit of a repository
-- key: repository, commit_sha
-- scope: commit
-- reads: fact_commit, fact_commit_file_change, metadata_repositories, metadata_users
-- the four columns on AI lines, mainline and reverts are NULL until commits are attributed
CREATE TABLE event_commit_outcome (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    commit_time TEXT NOT NULL,           -- committer date, UTC
    author TEXT NOT NULL,                -- e-mail address of the author, after .mailmap
    is_merge INTEGER NOT NULL,           -- 1: more than one parent
    is_reachable INTEGER NOT NULL,       -- 0: amended or dropped, no ref leads to it
    heavy_ai_flag INTEGER,               -- 1: half of the changed lines or more are matched; NULL: unknown
    merged_to_mainline_flag INTEGER,     -- 1: on the main branch; NULL: unknown
    reverted_later_flag INTEGER,         -- 1: a later commit reverts it; NULL: unknown
    total_matched_ai_lines INTEGER,      -- lines that a session explains; NULL: unknown
    commit_total_changed_lines INTEGER,  -- lines added and removed; NULL: the diff is not here
    lines_added INTEGER,                 -- NULL: the diff is not here
    lines_removed INTEGER,               -- NULL: the diff is not here
    file_count INTEGER,                  -- files changed; NULL: the diff is not here
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds: the latest fact in this row
    PRIMARY KEY (repository, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_commit_outcome_time ON event_commit_outcome (commit_time);
CREATE TRIGGER event_commit_outcome_renamed AFTER UPDATE OF repository_key ON metadata_repositories
BEGIN
    DELETE FROM event_commit_outcome WHERE repository = old.repository_key;
END;
CREATE TRIGGER event_commit_outcome_dropped AFTER DELETE ON fact_commit BEGIN
    DELETE FROM event_commit_outcome WHERE commit_sha = old.commit_sha
        AND repository = (SELECT repository_key FROM metadata_repositories WHERE id = old.repository_id);
END;
CREATE VIEW build_event_commit_outcome AS
SELECT
    c.id AS commit_key,
    r.repository_key AS repository,
    c.commit_sha,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') AS commit_time,
    u.user_email AS author,
    c.parent_count > 1 AS is_merge,
    c.is_reachable,
    NULL AS heavy_ai_flag,
    NULL AS merged_to_mainline_flag,
    NULL AS reverted_later_flag,
    NULL AS total_matched_ai_lines,
    CASE WHEN c.is_diff_known = 1
        THEN coalesce(sum(f.lines_added), 0) + coalesce(sum(f.lines_removed), 0) END AS commit_total_changed_lines,
    CASE WHEN c.is_diff_known = 1 THEN coalesce(sum(f.lines_added), 0) END AS lines_added,
    CASE WHEN c.is_diff_known = 1 THEN coalesce(sum(f.lines_removed), 0) END AS lines_removed,
    CASE WHEN c.is_diff_known = 1 THEN count(f.id) END AS file_count,
    max(c.ingested_at, coalesce(max(f.ingested_at), 0)) AS ingested_at
FROM fact_commit AS c
INNER JOIN metadata_repositories AS r ON r.id = c.repository_id
INNER JOIN metadata_users AS u ON u.id = c.author_id
LEFT JOIN fact_commit_file_change AS f ON f.commit_id = c.id
GROUP BY c.id;
