-- view_global_session_quality
-- grain: one row
-- the metrics of all sessions in which a person typed a prompt
CREATE VIEW view_global_session_quality AS
WITH work AS (
    SELECT q.*, 1 AS weight, '' AS as_of
    FROM view_session_quality AS q
),
totals AS (
    SELECT
        count(*) AS session_count,
        sum(user_turn_count) AS prompt_count,
        {sums: sessions, trouble}
    FROM {ranked: sessions, trouble FROM work}
)
SELECT
    session_count, -- sessions with a prompt
    prompt_count, -- prompts in them
    {rates: sessions, trouble}
FROM totals;
