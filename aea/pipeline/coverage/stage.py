"""Refresh since when the logs of a machine exist, whose sessions they are, and which authors are agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.coverage import queries, rules

if TYPE_CHECKING:
    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Refresh every dirty machine, author and git identity."""
    now = clock.now_ms()
    for (machine_id,) in dirty.take("dirty_machine", dirty["dirty_machine"]):
        queries.refresh_start(connection, machine_id, now)
    for (email,) in dirty.take("dirty_author", dirty["dirty_author"]):
        standing = queries.read_standing(connection, email)
        queries.write_machines(connection, email, rules.choose_machines(standing), now)
    for (user_id,) in dirty.take("dirty_author_tool", dirty["dirty_author_tool"]):
        user = queries.read_user(connection, user_id)
        tool = rules.find_account(*user) if user else None
        queries.write_tool(connection, user_id, tool, now)
