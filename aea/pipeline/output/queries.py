"""The SQL of output ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection

_LEAST_RESPONSES = 30  # fewer say nothing about a model family
_STEP = 10  # tokens per 1,000 characters: 3 % of a usual ratio, which is less than it is worth

_STORED = (
    "SELECT model_family, final_count, unfinished_count, output_tokens, character_count"
    " FROM derived_session_output WHERE session_id = ? ORDER BY model_family"
)
_SESSION = """
SELECT model_family, sum(is_usable), sum(is_final = 0), sum(is_usable * output_tokens),
    sum(is_usable * character_count)
FROM (
    SELECT
        rtrim(coalesce(m.canonical_name, m.model_name), '0123456789-.') AS model_family,
        u.is_final,
        u.output_tokens,
        u.text_characters + u.thinking_characters + u.tool_input_characters AS character_count,
        coalesce(u.is_final = 1 AND u.is_excerpt = 0 AND u.output_tokens > 0
            AND u.text_characters + u.thinking_characters + u.tool_input_characters > 0, 0) AS is_usable
    FROM fact_session_usage AS u
    INNER JOIN metadata_models AS m ON m.id = u.model_id
    WHERE u.session_id = ? AND u.is_final IS NOT NULL
)
GROUP BY model_family
HAVING sum(is_usable) + sum(is_final = 0) > 0
ORDER BY model_family
"""
_RATIO = f"""
INSERT INTO derived_output_ratio
SELECT
    model_family,
    sum(final_count),
    CASE WHEN sum(final_count) >= {_LEAST_RESPONSES} THEN {_STEP} * (
        (2000 / {_STEP} * sum(output_tokens) + sum(character_count)) / (2 * sum(character_count))
    ) END,
    ?2
FROM derived_session_output
WHERE model_family = ?1
GROUP BY model_family
HAVING sum(final_count) > 0
ON CONFLICT DO UPDATE SET
    response_count = excluded.response_count,
    tokens_per_1000_characters = excluded.tokens_per_1000_characters,
    ingested_at = excluded.ingested_at
WHERE (response_count, tokens_per_1000_characters)
    IS NOT (excluded.response_count, excluded.tokens_per_1000_characters)
"""


def write_session(connection: Connection, session_id: int, now: int) -> set[str]:
    """Store what a session tells; returns the model families for which that changed."""
    before = db.rows(connection, _STORED, (session_id,))
    after = [
        (family, final, unfinished, tokens or 0, characters or 0)
        for family, final, unfinished, tokens, characters in db.rows(
            connection, _SESSION, (session_id,)
        )
    ]
    if before == after:
        return set()
    connection.execute("DELETE FROM derived_session_output WHERE session_id = ?", (session_id,))
    connection.executemany(
        "INSERT INTO derived_session_output VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(session_id, *row, now) for row in after],
    )
    return {family for family, *_ in {*before} ^ {*after}}


def write_ratio(connection: Connection, family: str, now: int) -> None:
    """Fit the ratio of a model family to its final responses; deleted when it has none."""
    connection.execute(_RATIO, (family, now))
    connection.execute(
        "DELETE FROM derived_output_ratio WHERE model_family = ?1 AND NOT EXISTS ("
        "SELECT 1 FROM derived_session_output WHERE model_family = ?1 AND final_count > 0)",
        (family,),
    )
