-- build_commit_pull
-- grain: one row per (commit, pull request that it belongs to)
-- reads: fact_commit -> id
-- reads: derived_commit_mainline -> commit_id
-- reads: derived_commit_mainline -> SELECT commit_id FROM derived_commit_landing WHERE landed_id = row.commit_id
-- reads: derived_commit_landing -> commit_id
-- reads: fact_pull_request (repository_id, pr_number, merge_commit_sha, occurred_at)
--     -> dirty_commit_pull: repository_id, pr_number, merge_commit_sha
-- reads: fact_pull_request_commit -> SELECT id FROM fact_commit
--     WHERE repository_id = row.repository_id AND commit_sha = row.commit_sha
-- pull.1: a commit belongs to a pull request that lists it, whose merge or squash it is, or whose number its message
-- names (distance 0); to that of the merge that brought it to the mainline (1), of the commit of the mainline that has
-- its change (2), or of the merge that brought that commit (3). The nearest counts, then the oldest, then the lowest number.
CREATE VIEW build_commit_pull AS
SELECT
    c.id AS commit_key,
    CASE v.id WHEN c.id THEN 0 WHEN m.trunk_id THEN 1 WHEN l.landed_id THEN 2 ELSE 3 END AS distance,
    p.pr_number, p.occurred_at AS created_at
FROM fact_commit AS c
LEFT JOIN derived_commit_mainline AS m ON m.commit_id = c.id
LEFT JOIN derived_commit_landing AS l ON l.commit_id = c.id
LEFT JOIN derived_commit_mainline AS t ON t.commit_id = l.landed_id
CROSS JOIN fact_commit AS v ON v.id IN (c.id, m.trunk_id, l.landed_id, t.trunk_id)
CROSS JOIN fact_pull_request AS p ON p.repository_id = v.repository_id AND p.pr_number IN (
    SELECT v.pull_number UNION ALL
    SELECT q.pr_number FROM fact_pull_request AS q
    WHERE q.repository_id = v.repository_id AND q.merge_commit_sha = v.commit_sha
)
UNION ALL
SELECT c.id, 0, p.pr_number, p.occurred_at
FROM fact_commit AS c
CROSS JOIN fact_pull_request_commit AS o
    ON o.repository_id = c.repository_id AND o.commit_sha = c.commit_sha
CROSS JOIN fact_pull_request AS p
    ON p.repository_id = o.repository_id AND p.pr_number = o.pr_number;
CREATE VIEW build_commit_pull_name AS -- one row per commit: the number that a message names
SELECT
    c.id AS commit_key,
    coalesce(c.pull_number, brought.pull_number, landed.pull_number, both.pull_number) AS pull_number,
    coalesce(m.occurred_at, l.occurred_at) AS mainline_at,
    max(c.ingested_at, coalesce(m.ingested_at, 0), coalesce(l.ingested_at, 0)) AS ingested_at
FROM fact_commit AS c
LEFT JOIN derived_commit_mainline AS m ON m.commit_id = c.id
LEFT JOIN fact_commit AS brought ON brought.id = m.trunk_id
LEFT JOIN derived_commit_landing AS l ON l.commit_id = c.id
LEFT JOIN fact_commit AS landed ON landed.id = l.landed_id
LEFT JOIN derived_commit_mainline AS t ON t.commit_id = l.landed_id
LEFT JOIN fact_commit AS both ON both.id = t.trunk_id;
