-- refusal
-- title: Refusals
-- report: trouble
-- statistic: ratio
-- unit: share
-- better: neither
-- numerator: tool calls that a person, a rule or a hook refused
-- denominator: tool calls that ran to their end or were refused
-- excluded: calls that were interrupted or have no result; sessions in which no person typed a prompt
SELECT
    refused_tool_call_count AS numerator,
    finished_tool_call_count + refused_tool_call_count AS denominator,
    '' AS counts_from
FROM view_session_quality;
