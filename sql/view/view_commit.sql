-- view_commit
-- grain: one row per piece of work: a commit that is on the mainline or open, excluding copies and merges
-- the outcome of a commit as far as it is known; the metrics of delivery and quality are computed from these rows
CREATE VIEW view_commit AS
SELECT
    o.repository, -- key of the repository
    o.commit_sha, -- 40 or 64 hex digits
    o.commit_time, -- committer date, UTC
    o.author, -- e-mail address of the author, after .mailmap
    o.place, -- mainline; open: a ref reaches it, and the mainline does not have its change
    o.branch_name, -- branch it was made on; NULL: unknown
    o.heavy_ai_flag, -- 1: sessions wrote at least heavy_ai_share of its added lines; NULL: the diff is not available
    o.total_matched_ai_lines, -- added lines that sessions wrote, without generated files; NULL: unknown
    o.attributable_lines, -- added lines, without generated files; NULL: the diff is not available
    o.ai_share, -- the first divided by the second; NULL: it adds no lines
    o.lines_added, -- all added lines; NULL: the diff is not available
    o.lines_removed, -- all removed lines; NULL: the diff is not available
    o.merged_to_mainline_flag, -- 1: its change is on the mainline; NULL: the repository has no known mainline
    o.merged_evidence, -- how that is known: direct, merge, rewrite, same_patch, squash; NULL: not merged
    o.mainline_at, -- when its change reached the mainline, UTC; NULL: not merged
    o.reverted_later_flag, -- 1: a later reachable commit reverts it
    o.reverted_evidence, -- how that is known: trailer, inverse_patch, subject, lines_died; NULL: not reverted
    h.ai_added_lines_reaching_mainline, -- AI lines that reached the mainline; NULL: not on the mainline
    h.ai_added_lines_removed_within_window, -- of these, removed within churn_window_days
    h.ai_added_lines_removed, -- of these, removed so far
    h.mature_at AS churn_mature_at, -- end of the churn window, UTC
    b.bug_after_merge_flag, -- 1: a bug fix within bug_window_days removed AI lines of it; NULL: none reached the mainline
    b.bug_signal_count, -- number of such fixes
    b.signal_source, -- git_fix_commit, linked_issue, or both joined with +; NULL: no such fix
    b.mature_at AS bug_mature_at, -- end of the bug window, UTC
    p.lookup_status, -- resolved, no_pr, failed, rate_limited; subject: only a commit message names it; NULL: never asked
    p.pr_number, -- number of its pull request; NULL: none, or unknown
    p.pr_opened_flag, -- 1: it has a pull request; 0: it has none; NULL: unknown
    p.pr_merged_flag -- 1: the pull request was merged; 0: it was not; NULL: unknown, or no pull request
FROM event_commit_outcome AS o
LEFT JOIN event_commit_churn AS h
    ON h.repository = o.repository AND h.commit_sha = o.commit_sha
LEFT JOIN event_commit_bug_signal AS b
    ON b.repository = o.repository AND b.commit_sha = o.commit_sha
LEFT JOIN event_commit_pr_outcome AS p
    ON p.repository = o.repository AND p.commit_sha = o.commit_sha
WHERE o.place IN ('mainline', 'open') AND o.is_merge = 0;
