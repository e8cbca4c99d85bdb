"""Delete the facts of sources that a newer parser will read from the start."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from aea.store.engine import tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.engine.db import Connection

_LIMIT_ROWS = (
    20_000  # of each table in one transaction: about 0.2 s, so that other writers can pass
)


def delete_some(connection: Connection, source_ids: Iterable[int]) -> int:
    """Delete some facts that were read from these session files. Returns their number, 0 when none is left."""
    ids = json.dumps(list(source_ids))
    count = 0
    for statement in _statements():
        connection.execute(statement, (ids, _LIMIT_ROWS))
        count += connection.changes()
    return count


@cache
def _statements() -> tuple[str, ...]:
    return tuple(
        f"DELETE FROM {table.name} WHERE ({keys}) IN (SELECT {keys} FROM {table.name}"
        " WHERE source_id IN (SELECT value FROM json_each(?)) LIMIT ?)"
        for table in tables.list_facts()
        if table.name.startswith("fact_session_")
        for keys in [", ".join(table.key)]
    )
