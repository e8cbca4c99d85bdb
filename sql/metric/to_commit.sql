-- to_commit
-- title: To commit
-- report: sessions
-- unit: share
-- better: higher
-- numerator: sessions of which a commit took lines until four hours after their end
-- denominator: sessions
-- left out: sessions in which no person typed a prompt
SELECT
    commit_within_window_flag AS numerator,
    CASE WHEN user_turn_count IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_task_session;
