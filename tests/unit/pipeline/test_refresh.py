"""A refresh costs what is dirty; a layer can be computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.check import check
from aea.pipeline.refresh import empty_derived, mark_all, refresh, refresh_waiting, restart
from aea.pipeline.stages import STAGES
from aea.store.engine import db, schema
from aea.store.engine.schema import count_waiting
from tests.support.database import dump_events

if TYPE_CHECKING:
    import pytest

    from aea.store.engine.db import Connection


def test_without_dirty_keys_nothing_is_written(connection: Connection) -> None:
    with db.transaction(connection):
        before = connection.total_changes()
        refresh(connection)
        assert connection.total_changes() == before


def test_a_refresh_leaves_no_key(connection: Connection) -> None:
    with db.transaction(connection):
        mark_all(connection, STAGES[-1:])
        assert count_waiting(connection) > 1
        refresh(connection)
    assert count_waiting(connection) == 0
    assert check(connection) == []


def test_when_the_time_is_up_the_rest_of_the_keys_waits(connection: Connection) -> None:
    before = dump_events()
    with db.transaction(connection):
        restart(connection, schema.ALL_LAYERS)
        marked = count_waiting(connection)
        refresh(connection, 0.0)
    assert 0 < count_waiting(connection) != marked
    assert list(refresh_waiting(connection))[-1] == 0
    assert dump_events() == before


def test_the_smallest_transactions_give_the_same_rows(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aea.pipeline.refresh.TRANSACTION_SECONDS", 0.0)
    before = dump_events()
    with db.transaction(connection):
        restart(connection, schema.ALL_LAYERS)
    assert len(list(refresh_waiting(connection))) > 20
    assert dump_events() == before
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
            restart(connection, layers)
            refresh(connection)
        assert dump_events() == before
        assert check(connection) == []
