"""Refresh the mainline of each repository whose heads or history changed.

A new head costs the commits that it brings. A head that moved back (amend, force-push) first removes the commits
above the last common commit of the trunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.mainline import queries, rules

if TYPE_CHECKING:
    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Place the commits of every dirty repository."""
    now = clock.now_ms()
    for (repository_id,) in dirty.take("dirty_mainline", dirty["dirty_mainline"]):
        _refresh_repository(connection, repository_id, now)


def _refresh_repository(connection: Connection, repository_id: int, now: int) -> None:
    head = rules.choose_head(queries.list_heads(connection, repository_id))
    if head is None or queries.has_closed_gap(connection, repository_id):
        queries.delete_above(connection, repository_id, -1)
    if head is None:
        queries.write_name(connection, repository_id, None, now)
        return
    queries.write_name(connection, repository_id, rules.short_name(head.ref_name), now)
    history = queries.read_history(connection, repository_id, head.sha)
    queries.delete_above(connection, repository_id, history.base)
    queries.write_placements(connection, repository_id, rules.place_commits(history), now)
