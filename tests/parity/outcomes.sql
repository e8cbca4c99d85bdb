-- The rules of an earlier system for delivery and quality, over the event tables of aea.
-- One row per group (for tasks: per task and branch); one row without a group.
-- Its faults are kept on purpose: a commit of two models is heavy in both, weighted sums are rounded before the
-- division, young commits count, and the limit cuts tasks before they are sorted. README.md lists the differences.
-- Parameters: see compatibility.py.
WITH person AS ( -- a commit without matched lines has one row that its author stands behind
    SELECT repository, commit_sha, provider, session_id, share_of_ai,
        CASE
            WHEN model_name IS NULL OR trim(model_name) = '' THEN provider || '/(unknown)'
            WHEN model_name LIKE provider || '/%' THEN model_name
            ELSE provider || '/' || model_name
        END AS model_name
    FROM event_commit_session WHERE matched_lines > 0 AND session_id NOT IN ('', '__human__')
    UNION ALL
    SELECT o.repository, o.commit_sha, 'human', '__human__', 0, 'human/(unknown)'
    FROM event_commit_outcome AS o
    WHERE NOT EXISTS (SELECT 1 FROM event_commit_session AS s
        WHERE s.repository = o.repository AND s.commit_sha = o.commit_sha
            AND s.matched_lines > 0 AND s.session_id NOT IN ('', '__human__'))
),
base AS (
    SELECT
        o.repository, o.commit_sha, o.lines_added, o.lines_removed, t.branch_name,
        o.repository LIKE 'git:github.com/%' AS is_github,
        coalesce(o.heavy_ai_flag, 0) AS heavy,
        coalesce(o.heavy_ai_flag * o.merged_to_mainline_flag, 0) AS merged,
        coalesce(o.heavy_ai_flag * o.reverted_later_flag, 0) AS reverted,
        coalesce(o.heavy_ai_flag * o.merged_to_mainline_flag * b.bug_after_merge_flag, 0) AS bugged,
        coalesce(h.ai_added_lines_reaching_mainline, 0) AS reaching,
        coalesce(h.ai_added_lines_removed_within_window, 0) AS removed,
        coalesce(p.lookup_status IN ('resolved', 'no_pr'), 0) AS is_ready,
        coalesce(p.pr_opened_flag, 0) AS opened,
        coalesce(p.pr_merged_flag, 0) AS pull_merged,
        CASE :source WHEN 'session' THEN coalesce(s.share_of_ai, 0) ELSE 1 END AS weight,
        CASE :source WHEN 'session' THEN o.commit_sha
            ELSE o.repository || ' ' || coalesce(t.task_key, '') || ' ' || o.commit_sha END AS counted,
        CASE WHEN :report = 'delivery' AND :group_by IN ('task', 'branch') THEN o.repository END AS group_repository,
        CASE :group_by WHEN 'task' THEN t.branch_name END AS group_branch,
        CASE :group_by
            WHEN 'repo' THEN o.repository
            WHEN 'provider' THEN s.provider
            WHEN 'model' THEN s.model_name
            WHEN 'branch' THEN coalesce(t.branch_name, '(unknown)')
            WHEN 'task' THEN t.task_key
            WHEN 'week' THEN coalesce((SELECT d.local_week FROM metadata_calendar AS d
                WHERE d.time_zone = :time_zone AND d.start_at <= o.commit_time
                ORDER BY d.start_at DESC LIMIT 1), '(unknown)')
        END AS group_key
    FROM event_commit_outcome AS o
    LEFT JOIN event_commit_churn AS h ON h.repository = o.repository AND h.commit_sha = o.commit_sha
    LEFT JOIN event_commit_bug_signal AS b ON b.repository = o.repository AND b.commit_sha = o.commit_sha
    LEFT JOIN event_commit_pr_outcome AS p ON p.repository = o.repository AND p.commit_sha = o.commit_sha
    LEFT JOIN event_task_commit AS t ON :source IN ('task', 'branch') AND t.repository = o.repository AND t.commit_sha = o.commit_sha
    LEFT JOIN person AS s ON :source = 'session' AND s.repository = o.repository AND s.commit_sha = o.commit_sha
    WHERE o.is_merge = 0 AND o.commit_time >= :since AND o.commit_time < :until
        AND (:source NOT IN ('task', 'branch') OR t.task_key IS NOT NULL)
        AND (:repository IS NULL OR o.repository = :repository)
        AND (:branch IS NULL OR t.branch_name = :branch)
        AND (:task IS NULL OR t.task_key = :task)
        AND (:source <> 'session' OR (:provider IS NULL OR s.provider = :provider) AND (:model IS NULL OR s.model_name = :model))
        AND (:source = 'session' OR coalesce(:provider, :model) IS NULL OR EXISTS (
            SELECT 1 FROM person AS x WHERE x.repository = o.repository AND x.commit_sha = o.commit_sha
                AND (:provider IS NULL OR x.provider = :provider) AND (:model IS NULL OR x.model_name = :model)
        ))
        AND (:group_by IS NOT 'task' OR t.task_key GLOB '[A-Z]*-*[0-9]' AND t.task_key NOT GLOB '*-*-*'
            AND rtrim(rtrim(t.task_key, '0123456789'), '-') NOT GLOB '*[^A-Z]*'
            AND coalesce(t.branch_name, '(unknown)') NOT IN ('staging', 'main', 'master', 'develop', '(unknown)'))
),
totals AS (
    SELECT
        group_repository, group_key, group_branch,
        count(DISTINCT counted) AS commit_count,
        count(DISTINCT CASE heavy WHEN 1 THEN counted END) AS heavy_commit_count,
        coalesce(sum(lines_added), 0) AS lines_added, coalesce(sum(lines_removed), 0) AS lines_removed,
        count(DISTINCT CASE merged WHEN 1 THEN counted END) AS mainline_reach_numerator,
        count(DISTINCT CASE WHEN heavy AND is_github THEN commit_sha END) AS pr_lookup_coverage_denominator,
        count(DISTINCT CASE WHEN heavy AND is_github AND is_ready THEN commit_sha END) AS pr_lookup_coverage_numerator,
        count(DISTINCT CASE WHEN heavy AND is_github AND opened THEN commit_sha END) AS pr_reach_numerator,
        count(DISTINCT CASE WHEN heavy AND is_github AND opened AND pull_merged THEN commit_sha END) AS pr_merge_numerator,
        CAST(round(sum(heavy * weight * removed), 0) AS INTEGER) AS churn_numerator,
        CAST(round(sum(heavy * weight * reaching), 0) AS INTEGER) AS churn_denominator,
        CAST(round(sum(weight * bugged), 0) AS INTEGER) AS bug_after_merge_numerator,
        CAST(round(sum(weight * merged), 0) AS INTEGER) AS bug_after_merge_denominator,
        CAST(round(sum(weight * reverted), 0) AS INTEGER) AS revert_numerator,
        CAST(round(sum(weight * heavy), 0) AS INTEGER) AS revert_denominator
    FROM base GROUP BY group_repository, group_key, group_branch
),
rates AS (
    SELECT *,
        heavy_commit_count AS mainline_reach_denominator,
        pr_lookup_coverage_numerator AS pr_reach_denominator,
        iif(pr_lookup_coverage_numerator, pr_reach_numerator, 0) AS pr_merge_denominator,
        heavy_commit_count >= 3 AND group_key <> 'human/(unknown)' AS is_kept
    FROM totals
),
placed AS (
    SELECT *,
        row_number() OVER (ORDER BY
            CASE WHEN :is_implicit THEN -heavy_commit_count END,
            CASE WHEN :is_implicit AND :report = 'delivery' THEN coalesce(mainline_reach_numerator * 1.0 / nullif(mainline_reach_denominator, 0), -1)
                WHEN :is_implicit THEN -coalesce(bug_after_merge_numerator * 1.0 / nullif(bug_after_merge_denominator, 0), -1) END,
            group_repository, group_key, group_branch) AS place,
        count(*) OVER () AS group_count
    FROM rates
    WHERE NOT :is_implicit OR is_kept OR NOT EXISTS (SELECT 1 FROM rates WHERE is_kept)
)
SELECT
    group_repository AS repository, group_key, group_branch AS branch_name,
    commit_count, heavy_commit_count, lines_added, lines_removed,
    mainline_reach_numerator, mainline_reach_denominator,
    pr_lookup_coverage_numerator, pr_lookup_coverage_denominator,
    pr_reach_numerator, pr_reach_denominator,
    pr_merge_numerator, pr_merge_denominator,
    churn_numerator, churn_denominator,
    bug_after_merge_numerator, bug_after_merge_denominator,
    revert_numerator, revert_denominator,
    group_count
FROM placed WHERE place <= :row_limit
ORDER BY
    CASE :group_by WHEN 'task' THEN substr(group_key, 1, instr(group_key, '-')) END,
    CASE :group_by WHEN 'task' THEN CAST(substr(group_key, instr(group_key, '-') + 1) AS INTEGER) END,
    place;
