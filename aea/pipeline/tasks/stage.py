"""Refresh the branch and the tasks of each commit whose evidence changed, and of the commits that come from it.

Everything follows from facts by commit alone, so any order of arrival gives the rows that a rebuild gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.tasks import queries, rules

if TYPE_CHECKING:
    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Assign every dirty commit."""
    now = clock.now_ms()
    keys = queries.list_with_heirs(connection, dirty["dirty_assign"])
    reader = queries.EvidenceReader(connection)
    for key in dirty.take("dirty_assign", keys):
        commit = queries.find_commit(connection, *key)
        if commit is not None:
            found = rules.assign(reader.read(*key), reader.walk_origins(*key))
            queries.write_assignments(connection, key[0], commit, found, now)
