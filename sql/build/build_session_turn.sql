-- build_session_turn
-- grain: one row per turn: a prompt and everything the assistant says until the next prompt
-- reads: fact_session_message -> session_id
-- turn.1: prompts are ordered by time, then by their place in the file. Text of the assistant before the first
-- prompt belongs to no turn. Side conversations have no turns.
-- debug_loop.1: the error signature of a turn, over the turns in which both sides spoke. A turn that says that the
-- problem persists continues the run of the turn before it; any other turn starts a run. From the first turn of a
-- run that shows an error, all turns of the run have the signature of that error.
-- Windows instead of GROUP BY: SQLite pushes the session into windows, so that one session reads only its own rows.
CREATE VIEW build_session_turn AS
SELECT
    *,
    CASE WHEN signature IS NOT NULL
        THEN count(*) OVER (PARTITION BY session_id, signature) END AS repeat_count
FROM (
    SELECT
        *,
        CASE WHEN is_answered = 1 AND turn_number >= first_signed THEN
            max(CASE WHEN turn_number = first_signed THEN debug_signature END)
                OVER (PARTITION BY session_id, run_number)
        END AS signature
    FROM (
        SELECT
            *,
            min(CASE WHEN is_answered = 1 AND debug_signature IS NOT NULL THEN turn_number END)
                OVER (PARTITION BY session_id, run_number) AS first_signed
        FROM (
            SELECT
                *,
                sum(CASE WHEN is_answered = 1 THEN 1 - is_continuation ELSE 0 END) OVER (
                    PARTITION BY session_id ORDER BY turn_number
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                ) AS run_number
            FROM (
                SELECT
                    session_id,
                    turn_number,
                    answer_word_count > 0 AS is_answered,
                    is_error_paste,
                    is_continuation,
                    debug_signature,
                    latest_ingested_at AS ingested_at
                FROM (
                    SELECT
                        *,
                        sum(CASE WHEN role = 'assistant' THEN word_count ELSE 0 END)
                            OVER (PARTITION BY session_id, turn_number) AS answer_word_count,
                        max(ingested_at)
                            OVER (PARTITION BY session_id, turn_number) AS latest_ingested_at
                    FROM (
                        SELECT
                            f.*,
                            sum(f.is_prompt) OVER (
                                PARTITION BY f.session_id
                                ORDER BY f.occurred_at, f.position, f.message_key
                                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                            ) AS turn_number
                        FROM fact_session_message AS f
                        WHERE f.agent_id IS NULL
                    )
                )
                WHERE is_prompt = 1
            )
        )
    )
);
