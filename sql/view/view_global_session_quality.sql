-- view_global_session_quality
-- grain: one row
-- sessions with a prompt, each with the weight 1; metrics of sql/metric, NULL, not 0, over nothing
CREATE VIEW view_global_session_quality AS
SELECT
    session_count,
    prompt_count,
    {rates: sessions}
FROM (
    SELECT
        count(*) AS session_count,
        sum(user_turn_count) AS prompt_count,
        {sums: sessions}
    FROM (
        SELECT
            q.*,
            q.session_commit_within_4h_flag AS commit_within_window_flag,
            1 AS weight,
            '' AS asked_at
        FROM event_session_quality AS q
    )
);
