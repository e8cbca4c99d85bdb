"""The list of stages is what it says: order, tables, headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from aea.pipeline.refresh import empty_derived, mark_all, refresh_stage
from aea.pipeline.stages import STAGES
from aea.store.engine import db, definitions, sqlfiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.pipeline.stages import Stage
    from aea.store.engine.db import Connection

NAMES = [stage.name for stage in STAGES]
DERIVED = {table.name for stage in STAGES for table in stage.writes()}
WRITES = {apsw.SQLITE_INSERT, apsw.SQLITE_UPDATE, apsw.SQLITE_DELETE}


def test_a_stage_has_the_name_of_its_package() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for stage in STAGES:
        assert stage.refresh.__module__ == f"aea.pipeline.{stage.name}.stage"


def test_every_derived_and_dirty_table_names_its_stage() -> None:
    for layer in ("derived", "dirty"):
        for file in sqlfiles.list_layer(layer):
            if "CREATE TABLE" in file.text:
                assert file.header("stage") in NAMES, file.name


def test_every_derived_table_has_a_version_of_its_rule() -> None:
    assert all(file.header("rule") for file in sqlfiles.list_layer("derived"))


def test_a_stage_reads_what_earlier_stages_wrote_and_writes_its_own_tables(
    connection: Connection,
) -> None:
    """Facts and metadata are there before the first stage; derived tables of a later stage are not."""
    known: set[str] = set()
    events = {
        event.name
        for scope in definitions.list_scopes()
        for event in definitions.list_events(scope.name)
    }
    for stage, read, written in _observe(connection):
        dirty = {table.name for table in stage.dirty()}
        own = {table.name for table in stage.writes()} or events
        known |= own
        facts = {name for name in read if name.startswith(("metadata_", "fact_"))} - DERIVED
        assert facts, f"{stage.name} did nothing"
        assert read - facts <= known | dirty, stage.name
        assert own <= written <= own | dirty, stage.name


def _observe(connection: Connection) -> Iterator[tuple[Stage, set[str], set[str]]]:
    """(stage, tables it reads, tables it writes) of a rebuild, without what triggers read and write."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' OR type = 'view' AND name GLOB 'dirty_*'"
    marking = {name for (name,) in db.rows(connection, query)}
    seen: dict[int, set[str]] = {}

    def note(action: int, table: str | None, _: object, __: object, by: str | None) -> int:
        if table and by not in marking and not table.startswith(("sqlite_", "build_")):
            seen.setdefault(action, set()).add(table)
        return apsw.SQLITE_OK

    with db.transaction(connection):
        empty_derived(connection)
        mark_all(connection, STAGES)
        for stage in STAGES:
            seen.clear()
            connection.authorizer = note  # a new authorizer has every statement compiled again
            refresh_stage(connection, stage)
            connection.authorizer = None
            written = set().union(*(seen.get(action, set()) for action in WRITES))
            yield stage, seen.get(apsw.SQLITE_READ, set()), written
