"""Dirty keys are handed out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.dirty import drain
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


def test_drained_keys_are_gone(connection: Connection) -> None:
    with db.transaction(connection):
        connection.execute("INSERT INTO dirty_commit VALUES (1), (2)")
        expected = {"dirty_commit": [(1,), (2,)], "dirty_session": []}
        assert drain(connection, ["dirty_commit", "dirty_session"]) == expected
        assert drain(connection, ["dirty_commit"]) == {"dirty_commit": []}
