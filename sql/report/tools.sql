-- tools
-- grain: one row per (provider, tool)
-- parameters: repository, provider (each NULL: all), row_limit
-- the calls of all sessions, of sub-agents as well; the tool with most errors first
SELECT
    t.provider, -- product that has the tool
    t.tool_name, -- name of the tool in the log
    count(*) AS session_count, -- sessions that called it, sub-agents with a log of their own included
    sum(t.call_count) AS call_count, -- calls, those without a result included
    sum(t.finished_call_count) AS finished_call_count, -- calls that ran to their end, well or not
    sum(t.failed_call_count) AS failed_call_count, -- of these, failed
    sum(t.failed_call_count) * 1.0 / nullif(sum(t.finished_call_count), 0) AS tool_error_rate, -- failed / finished
    sum(t.finished_call_count) < {small_sample} AS is_small_sample, -- 1: too few finished calls to mean anything
    sum(t.refused_count) AS refused_count, -- calls that were refused
    sum(t.refused_by_person_count) AS refused_by_person_count, -- of these, by a person
    sum(t.refused_by_rule_count) AS refused_by_rule_count, -- of these, by permission settings or a policy
    sum(t.refused_by_hook_count) AS refused_by_hook_count, -- of these, by a hook
    sum(t.interrupted_call_count) AS interrupted_call_count, -- calls that a person stopped
    sum(t.repeated_error_count >= 5) AS agent_loop_count, -- sessions in which one error of the tool came five times or more
    count(*) OVER () AS tool_count -- tools before the limit
FROM event_session_tool AS t
WHERE (:repository IS NULL OR t.repository = :repository) AND (:provider IS NULL OR t.provider = :provider)
GROUP BY t.provider, t.tool_name
ORDER BY failed_call_count DESC, call_count DESC, t.tool_name, t.provider
LIMIT :row_limit;
