-- view_commit
-- grain: one row per commit that a ref leads to, merges left out: a merge has no lines of its own
-- what became of a commit, as far as it is known; metrics of delivery and quality are sums over this view
CREATE VIEW view_commit AS
SELECT
    o.repository,
    o.commit_sha,
    o.commit_time,
    o.author,
    o.branch_name,
    o.heavy_ai_flag,
    o.total_matched_ai_lines,
    o.attributable_lines,
    o.ai_share,
    o.lines_added,
    o.lines_removed,
    o.merged_to_mainline_flag,
    o.merged_evidence,
    o.mainline_at,
    o.reverted_later_flag,
    o.reverted_evidence,
    h.ai_added_lines_reaching_mainline,
    h.ai_added_lines_removed_within_window,
    h.ai_added_lines_removed,
    h.mature_at AS churn_mature_at,
    b.bug_after_merge_flag,
    b.bug_signal_count,
    b.signal_source,
    b.mature_at AS bug_mature_at,
    p.lookup_status,
    p.pr_number,
    p.pr_opened_flag,
    p.pr_merged_flag
FROM event_commit_outcome AS o
LEFT JOIN event_commit_churn AS h
    ON h.repository = o.repository AND h.commit_sha = o.commit_sha
LEFT JOIN event_commit_bug_signal AS b
    ON b.repository = o.repository AND b.commit_sha = o.commit_sha
LEFT JOIN event_commit_pr_outcome AS p
    ON p.repository = o.repository AND p.commit_sha = o.commit_sha
WHERE o.is_reachable = 1 AND o.is_merge = 0;
