"""A refresh costs what is dirty; a layer can be computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.check import check
from aea.pipeline.refresh import empty_derived, mark_all, recompute, refresh
from aea.pipeline.stages import STAGES
from aea.store.engine import db, schema
from tests.support.database import dump_events

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


def test_without_dirty_keys_nothing_is_written(connection: Connection) -> None:
    with db.transaction(connection):
        before = connection.total_changes()
        assert refresh(connection) == 0
        assert connection.total_changes() == before


def test_a_refresh_returns_the_event_keys_and_leaves_no_key(connection: Connection) -> None:
    with db.transaction(connection):
        mark_all(connection, STAGES[-1:])
        assert refresh(connection) > 1
    assert check(connection) == []


def test_emptied_derived_tables_leave_no_dirty_key(connection: Connection) -> None:
    with db.transaction(connection):
        empty_derived(connection)
        tables = [table.name for stage in STAGES for table in (*stage.writes(), *stage.dirty())]
        counts = {name: connection.execute(f"SELECT count(*) FROM {name}").get for name in tables}
    assert set(counts.values()) == {0}


def test_each_layer_is_computed_again_to_the_same_rows(connection: Connection) -> None:
    before = dump_events()
    for layers in (frozenset({"event"}), schema.ALL_LAYERS):
        with db.transaction(connection):
            recompute(connection, layers)
        assert dump_events() == before
        assert check(connection) == []
