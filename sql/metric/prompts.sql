-- prompts
-- title: Prompts per session
-- report: sessions
-- statistic: mean
-- unit: count
-- better: lower
-- value: prompts that a person typed in a session
-- excluded: sessions in which no person typed a prompt
SELECT
    user_turn_count AS value,
    '' AS counts_from
FROM view_session_quality;
