-- sessions
-- grain: one row per group of sessions; one row without a group
-- parameters: as outcomes, without author and by_session; by_task (1: a row per task that the session has lines in)
-- sessions in which a person typed a prompt, each with weight 1. By task or branch a session counts in each that has
-- lines of it, weighted by these lines; the lines it wrote are split in the same proportion, so that groups add up
WITH talk AS (
    SELECT
        q.provider,
        q.session_id,
        q.model_name,
        q.started_at,
        q.user_turn_count,
        q.debug_loop_flag,
        q.mid_session_error_paste_flag,
        q.accepted_output_flag,
        q.minutes_to_first_accepted_change,
        q.agent_loop_flag,
        q.finished_tool_call_count,
        q.failed_tool_call_count,
        q.refused_tool_call_count,
        q.interruption_count,
        q.written_line_count,
        q.undone_line_count,
        coalesce(t.commit_within_window_flag, q.commit_within_window_flag) AS commit_within_window_flag,
        coalesce(t.repository, q.repository) AS repository,
        t.branch_name,
        t.task_key,
        t.fallback_flag,
        coalesce(t.weight * 1.0, 1) AS weight,
        sum(coalesce(t.weight * 1.0, 1)) OVER (PARTITION BY q.provider, q.session_id) AS whole_weight
    FROM view_session_quality AS q
    LEFT JOIN view_task_session AS t
        ON :by_task AND t.provider = q.provider AND t.session_id = q.session_id
),
candidate AS (
    SELECT
        s.provider,
        s.session_id,
        s.model_name,
        s.started_at AS happened_at,
        s.user_turn_count,
        s.debug_loop_flag,
        s.mid_session_error_paste_flag,
        s.accepted_output_flag,
        s.minutes_to_first_accepted_change,
        s.agent_loop_flag,
        s.finished_tool_call_count,
        s.failed_tool_call_count,
        s.refused_tool_call_count,
        s.interruption_count,
        s.written_line_count,
        s.undone_line_count,
        s.commit_within_window_flag,
        s.repository,
        CASE WHEN s.task_key IS NULL THEN '(no commit)' ELSE s.branch_name END AS branch_name,
        CASE
            WHEN s.task_key IS NULL THEN '(no commit)'
            WHEN s.fallback_flag = 0 OR s.task_key = :task THEN s.task_key
        END AS task_key,
        s.weight,
        w.accepted_lines_added / s.whole_weight AS accepted_lines_added,
        w.committed_lines / s.whole_weight AS committed_lines,
        w.shipped_lines / s.whole_weight AS shipped_lines,
        w.thrown_away_lines / s.whole_weight AS thrown_away_lines
    FROM talk AS s
    LEFT JOIN view_session_lines AS w ON w.provider = s.provider AND w.session_id = s.session_id
    WHERE s.started_at >= :since AND s.started_at < :until
        AND (:repository IS NULL OR s.repository = :repository)
        AND (:provider IS NULL OR s.provider = :provider)
        AND (:model IS NULL OR s.model_name = :model)
        AND (:branch IS NULL OR s.branch_name = :branch)
        AND (:task IS NULL OR s.task_key = :task)
),
work AS (
    SELECT *, '' AS as_of, {group_repository}, {group_key} FROM candidate
),
totals AS (
    SELECT
        group_repository,
        group_key,
        count(DISTINCT provider || ' ' || session_id) AS session_count,
        sum(weight * accepted_lines_added) AS accepted_lines_added,
        sum(weight * committed_lines) AS committed_lines,
        sum(weight * shipped_lines) AS shipped_lines,
        sum(weight * thrown_away_lines) AS thrown_away_lines,
        {sums: }
    FROM {ranked: FROM work BY group_repository, group_key}
    GROUP BY group_repository, group_key
)
SELECT
    group_repository AS repository, -- repository of a task or branch; NULL for other groups
    group_key, -- the group; NULL: no group
    session_count, -- sessions with a prompt
    session_count < {small_sample} AS is_small_sample, -- 1: too few sessions to mean anything
    accepted_lines_added, -- lines added by accepted writes; NULL: no repository is known
    committed_lines, -- of these, in commits
    shipped_lines, -- lines that reached the mainline
    thrown_away_lines, -- accepted lines in no commit so far
    {rates: },
    count(*) OVER () AS group_count -- groups before the limit
FROM totals
ORDER BY
    {group_order}
    session_count DESC, group_key, group_repository
LIMIT :row_limit;
