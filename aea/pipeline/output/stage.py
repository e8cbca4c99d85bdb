"""Refresh what each session tells of the tokens in written characters, then the ratios of its model families.

A ratio depends on the whole history, and an event row that estimates depends on the ratio. Two things keep the cost of
a new response small: a session's part is stored, so that a family is a sum over sessions; and a ratio has coarse
steps, so that it changes, and marks events, only a few times in the life of a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.output import queries

if TYPE_CHECKING:
    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Sum up every dirty session, and fit the families that it changed."""
    now = clock.now_ms()
    families: set[str] = set()
    for (session_id,) in dirty.take("dirty_output", dirty["dirty_output"]):
        families |= queries.write_session(connection, session_id, now)
    for family in sorted(families):
        queries.write_ratio(connection, family, now)
