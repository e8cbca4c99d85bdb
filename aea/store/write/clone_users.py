"""Write fact_clone_user: the addresses that git's configuration of a clone names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.store.write import merges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aea.store.engine.db import Connection


def write_clone_users(
    connection: Connection, repository_id: int, source_id: int, users: Mapping[str, bool], now: int
) -> None:
    """Replace the addresses of a clone; the value says whether an address is the user's own."""
    connection.execute("DELETE FROM fact_clone_user WHERE source_id = ?", (source_id,))
    connection.executemany(
        merges.statement("fact_clone_user"),
        [(source_id, email, repository_id, own, now, now) for email, own in users.items()],
    )
