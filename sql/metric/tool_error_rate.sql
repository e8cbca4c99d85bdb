-- tool_error_rate
-- title: Tool errors
-- report: trouble
-- statistic: ratio
-- unit: share
-- better: lower
-- numerator: tool calls that failed
-- denominator: tool calls that ran to their end
-- excluded: calls that were refused, interrupted or have no result; sessions in which no person typed a prompt
SELECT
    failed_tool_call_count AS numerator,
    finished_tool_call_count AS denominator,
    '' AS counts_from
FROM view_session_quality;
