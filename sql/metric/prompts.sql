-- prompts
-- title: Prompts
-- report: sessions
-- unit: count
-- better: lower
-- numerator: prompts typed by a person
-- denominator: sessions
-- left out: sessions in which no person typed a prompt
SELECT
    user_turn_count AS numerator,
    CASE WHEN user_turn_count IS NOT NULL THEN 1 END AS denominator,
    '' AS counts_from
FROM view_task_session;
