-- event_commit_pr_outcome
-- grain: one row per commit about whose pull request something is known
-- key: repository, commit_sha
-- scope: commit
-- time: commit_time
-- reads: fact_commit -> id
-- reads: metadata_repositories (repository_key) -> SELECT id FROM fact_commit WHERE repository_id = row.id
-- reads: fact_pull_request (repository_id, pr_number, merged_at)
--     -> dirty_commit_pull: repository_id, pr_number, merge_commit_sha
-- reads: fact_commit_pull_lookup -> SELECT id FROM fact_commit
--     WHERE repository_id = row.repository_id AND commit_sha = row.commit_sha
-- reads: build_commit_pull
-- What the forge says counts. Where it says nothing, messages do: a number that a message names has a pull request,
-- and on the mainline that pull request was merged.
CREATE TABLE event_commit_pr_outcome (
    repository TEXT NOT NULL,            -- key of the repository
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    commit_time TEXT NOT NULL,           -- committer date, UTC
    lookup_status TEXT NOT NULL,         -- resolved, no_pr, failed, rate_limited; subject: known from a message only
    pr_number INTEGER,                   -- number of the pull or merge request; NULL: none, or unknown
    pr_opened_flag INTEGER,              -- 1: there is one; 0: the forge knows none; NULL: unknown
    pr_merged_flag INTEGER,              -- 1: it was merged; 0: it was not; NULL: unknown, or none
    pr_created_at TEXT,                  -- when it was opened, UTC; NULL: unknown
    pr_merged_at TEXT,                   -- when it was merged, UTC; NULL: unknown, or not merged
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (repository, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE VIEW build_event_commit_pr_outcome AS
SELECT
    c.id AS commit_key,
    r.repository_key AS repository,
    c.commit_sha,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.occurred_at / 1000, 'unixepoch') AS commit_time,
    CASE
        WHEN p.pr_number IS NOT NULL THEN 'resolved'
        WHEN k.lookup_status = 'no_pr' OR n.pull_number IS NULL THEN k.lookup_status
        ELSE 'subject'
    END AS lookup_status,
    CASE
        WHEN p.pr_number IS NOT NULL THEN p.pr_number
        WHEN k.lookup_status IS NOT 'no_pr' THEN n.pull_number
    END AS pr_number,
    CASE
        WHEN p.pr_number IS NOT NULL THEN 1
        WHEN k.lookup_status = 'no_pr' THEN 0
        WHEN n.pull_number IS NOT NULL THEN 1
    END AS pr_opened_flag,
    CASE
        WHEN p.pr_number IS NOT NULL THEN p.merged_at IS NOT NULL
        WHEN k.lookup_status = 'no_pr' THEN NULL
        WHEN n.pull_number IS NOT NULL AND n.mainline_at IS NOT NULL THEN 1
    END AS pr_merged_flag,
    strftime('%Y-%m-%dT%H:%M:%SZ', p.occurred_at / 1000, 'unixepoch') AS pr_created_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', CASE
        WHEN p.pr_number IS NOT NULL THEN p.merged_at
        WHEN k.lookup_status IS NOT 'no_pr' AND n.pull_number IS NOT NULL THEN n.mainline_at
    END / 1000, 'unixepoch') AS pr_merged_at,
    max(n.ingested_at, coalesce(p.ingested_at, 0), coalesce(k.ingested_at, 0)) AS ingested_at
FROM fact_commit AS c
INNER JOIN metadata_repositories AS r ON r.id = c.repository_id
INNER JOIN build_commit_pull_name AS n ON n.commit_key = c.id
LEFT JOIN fact_commit_pull_lookup AS k
    ON k.repository_id = c.repository_id AND k.commit_sha = c.commit_sha
LEFT JOIN fact_pull_request AS p
    ON p.repository_id = c.repository_id AND p.pr_number = (
        SELECT near.pr_number FROM build_commit_pull AS near WHERE near.commit_key = c.id
        ORDER BY near.distance, near.created_at, near.pr_number LIMIT 1
    )
WHERE n.pull_number IS NOT NULL OR k.commit_sha IS NOT NULL OR p.pr_number IS NOT NULL;
