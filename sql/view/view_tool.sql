-- view_tool
-- grain: one row per (provider, tool)
CREATE VIEW view_tool AS
SELECT
    t.provider, -- product that has the tool
    t.tool_name, -- name of the tool in the log
    count(*) AS session_count, -- sessions that called it, sub-agents with a log of their own included
    sum(t.call_count) AS call_count, -- calls, those without a result included
    sum(t.finished_call_count) AS finished_call_count, -- calls that ran to their end, well or not
    sum(t.failed_call_count) AS failed_call_count, -- of these, failed
    sum(t.failed_call_count) * 1.0 / nullif(sum(t.finished_call_count), 0) AS tool_error_rate, -- failed / finished
    sum(t.finished_call_count) < {small_sample} AS is_small_sample, -- 1: too few finished calls to mean anything
    sum(t.refused_by_person_count) AS refused_by_person_count, -- calls that a person refused
    sum(t.refused_by_rule_count) AS refused_by_rule_count, -- calls that permission settings or a policy refused
    sum(t.refused_by_hook_count) AS refused_by_hook_count, -- calls that a hook refused
    sum(t.interrupted_call_count) AS interrupted_call_count, -- calls that a person stopped
    sum(t.repeated_error_count >= 5) AS agent_loop_count -- sessions in which one error of the tool came five times or more
FROM event_session_tool AS t
GROUP BY t.provider, t.tool_name;
