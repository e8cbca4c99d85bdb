-- first_change
-- title: First change
-- report: sessions
-- unit: minutes
-- better: lower
-- numerator: minutes from the session's first fact to its first accepted change of a line
-- denominator: sessions
-- left out: sessions without an accepted change
SELECT
    iif(accepted_output_flag, minutes_to_first_accepted_change, 0) AS numerator,
    accepted_output_flag AS denominator,
    '' AS counts_from
FROM view_task_session;
