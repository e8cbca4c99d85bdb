-- outcomes
-- grain: one row per group; one row without a group
-- parameters: since, until, now (UTC text), time_zone, repository, provider, model, branch, task, author (NULL: all),
-- evidence (matched: without commits whose AI lines other tools recorded; NULL: all),
-- by_session, by_task (1: the sessions or tasks of each commit are needed), row_limit
-- pieces of work: commits on the mainline, and open ones apart; no copies, no merges. By provider or model a commit is split among its sessions by their share of
-- its AI lines, so that the groups add up to the whole. Counts are whole commits: a commit of two models counts in both
WITH candidate AS (
    SELECT
        c.*,
        c.commit_time AS happened_at,
        s.provider,
        s.model_name,
        s.session_id,
        s.share_of_ai,
        t.task_key
    FROM view_commit AS c
    LEFT JOIN event_commit_session AS s
        ON :by_session AND s.repository = c.repository AND s.commit_sha = c.commit_sha
        AND s.share_of_ai > 0
    LEFT JOIN event_task_commit AS t
        ON :by_task AND t.repository = c.repository AND t.commit_sha = c.commit_sha
        AND (t.fallback_flag = 0 OR t.task_key = :task)
    WHERE c.commit_time >= :since AND c.commit_time < :until
        AND (:repository IS NULL OR c.repository = :repository)
        AND (:provider IS NULL OR s.provider = :provider)
        AND (:model IS NULL OR s.model_name = :model)
        AND (:branch IS NULL OR c.branch_name = :branch)
        AND (:task IS NULL OR t.task_key = :task)
        AND (:author IS NULL OR c.author = :author)
        AND (:evidence IS NULL OR c.coverage <> 'recorded')
),
work AS (
    SELECT
        *,
        sum(coalesce(share_of_ai, 1)) AS weight,
        :now AS as_of,
        {group_repository},
        {group_key}
    FROM candidate
    GROUP BY repository, commit_sha, group_key
),
lines AS ( -- those that sessions wrote on the mainline, by the instant at which they were written
    SELECT *, :now AS as_of, {group_repository}, {group_key} FROM (
        SELECT c.*, l.provider AS writer, l.session_id AS writer_id, l.written_at, l.lead_hours, l.line_count AS weight
        FROM candidate AS c
        INNER JOIN view_commit_lead AS l ON l.repository = c.repository AND l.commit_sha = c.commit_sha
            AND (c.session_id IS NULL OR (l.provider = c.provider AND l.session_id = c.session_id))
    )
    GROUP BY repository, commit_sha, group_key, writer, writer_id, written_at
),
lead AS (
    SELECT group_repository, group_key, {sums: lead}
    FROM {ranked: lead FROM lines BY group_repository, group_key}
    GROUP BY group_repository, group_key
),
totals AS (
    SELECT
        group_repository,
        group_key,
        sum(place = 'mainline') AS commit_count,
        sum(place = 'mainline' AND heavy_ai_flag IS 1) AS heavy_commit_count,
        sum(weight * lines_added) FILTER (WHERE place = 'mainline') AS lines_added,
        sum(weight * lines_removed) FILTER (WHERE place = 'mainline') AS lines_removed,
        sum(place = 'open') AS open_commit_count,
        sum(weight * lines_added) FILTER (WHERE place = 'open') AS open_lines_added,
        sum(weight * total_matched_ai_lines) FILTER (WHERE place = 'open') AS open_ai_lines,
        sum(coverage = 'covered' AND place = 'mainline') AS covered_commit_count,
        sum(coverage = 'recorded' AND coverage_reason <> 'lines_unknown' AND place = 'mainline') AS recorded_commit_count,
        sum(weight * ai_lines) FILTER (WHERE coverage = 'recorded' AND place = 'mainline') AS recorded_ai_lines,
        sum(coverage_reason = 'lines_unknown' AND place = 'mainline') AS lines_unknown_commit_count,
        sum(coverage = 'import' AND place = 'mainline') AS import_commit_count,
        sum(weight * lines_added) FILTER (WHERE coverage = 'import' AND place = 'mainline') AS import_lines_added,
        sum(coverage = 'not_covered' AND place = 'mainline') AS not_covered_commit_count,
        count(DISTINCT CASE WHEN coverage = 'not_covered' AND place = 'mainline' THEN author END)
            AS not_covered_author_count,
        sum(weight * lines_added) FILTER (WHERE coverage = 'not_covered' AND place = 'mainline')
            AS not_covered_lines_added,
        sum(coverage_reason = 'before_first_session' AND place = 'mainline') AS before_first_session_commit_count,
        sum(lines_added IS NULL) AS unknown_diff_count,
        sum(merged_to_mainline_flag IS NULL) AS unknown_mainline_count,
        {sums: }
    FROM {ranked: FROM work BY group_repository, group_key}
    GROUP BY group_repository, group_key
)
SELECT
    group_repository AS repository, -- repository of a task or branch; NULL for other groups
    group_key, -- the group; NULL: no group
    commit_count, -- commits on the mainline
    heavy_commit_count, -- of these, heavy
    heavy_commit_count < {small_sample} AS is_small_sample, -- 1: too few heavy commits to mean anything
    lines_added, -- lines added by commits on the mainline
    lines_removed, -- lines removed by commits on the mainline
    open_commit_count, -- open commits: a ref reaches them, and the mainline does not have their change
    open_lines_added, -- lines added by open commits
    open_ai_lines, -- added lines of open commits that sessions wrote
    covered_commit_count, -- commits on the mainline by authors whose sessions are collected here
    recorded_commit_count, -- commits on the mainline whose AI lines an agent's account, notes or traces record
    recorded_ai_lines, -- these lines
    lines_unknown_commit_count, -- commits on the mainline with a trailer alone: with AI, lines unknown
    import_commit_count, -- imports: bulks of lines that nobody wrote here
    import_lines_added, -- lines added by imports
    not_covered_commit_count, -- commits on the mainline of which nothing is known
    not_covered_author_count, -- their authors
    not_covered_lines_added, -- lines that they add
    before_first_session_commit_count, -- of these commits, those by covered authors from before the first known session
    unknown_diff_count, -- commits whose diff is not available
    unknown_mainline_count, -- commits of repositories without a known mainline
    {rates: },
    {rates: lead},
    count(*) OVER () AS group_count -- groups before the limit
FROM (
    SELECT t.*, l.lead_time, l.lead_time_sample_count
    FROM totals AS t
    LEFT JOIN lead AS l ON l.group_repository IS t.group_repository AND l.group_key IS t.group_key
)
ORDER BY
    {group_order}
    heavy_commit_count DESC, commit_count DESC, group_key, group_repository
LIMIT :row_limit;
