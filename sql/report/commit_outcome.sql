-- commit_outcome
-- grain: one row: branch, tasks, pull request and outcome of one commit
-- parameters: repository, commit_sha
SELECT
    o.coverage,
    o.coverage_reason,
    o.ai_lines,
    o.branch_name,
    (SELECT group_concat(task_key, ', ') FROM (
        SELECT t.task_key FROM event_task_commit AS t
        WHERE t.repository = o.repository AND t.commit_sha = o.commit_sha AND t.fallback_flag = 0
        ORDER BY t.confidence DESC, t.task_key
    )) AS tasks,
    p.pr_number,
    p.pr_merged_flag,
    o.merged_to_mainline_flag,
    o.merged_evidence,
    o.mainline_at,
    o.reverted_later_flag,
    o.reverted_evidence,
    h.ai_added_lines_reaching_mainline,
    h.ai_added_lines_removed_within_window,
    h.ai_added_lines_removed,
    h.churn_window_days,
    b.bug_after_merge_flag,
    b.first_bug_signal_commit_sha
FROM event_commit_outcome AS o
LEFT JOIN event_commit_churn AS h ON h.repository = o.repository AND h.commit_sha = o.commit_sha
LEFT JOIN event_commit_bug_signal AS b ON b.repository = o.repository AND b.commit_sha = o.commit_sha
LEFT JOIN event_commit_pr_outcome AS p ON p.repository = o.repository AND p.commit_sha = o.commit_sha
WHERE o.repository = :repository AND o.commit_sha = :commit_sha;
