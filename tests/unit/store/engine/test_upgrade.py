"""A database of an earlier release opens, is migrated and says what it said before; no source is read again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aea.cli.main import run
from aea.errors import AeaError
from aea.store.engine import db, schema
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.old_database import DATA, restore

Events = dict[str, list[dict[str, Any]]]
VERSIONS = sorted(int(path.stem.removeprefix("schema_")) for path in DATA.glob("schema_*.sql"))
_CURSORS = "SELECT * FROM ingest_cursor ORDER BY id"
_COUNTED = ("fact_commit", "fact_ref_update", "fact_session_message", "fact_pull_request")


def _events_of(version: int) -> Events:
    stored = json.loads((DATA / f"schema_{version}_events.json").read_text())
    return {
        name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
        for name, table in stored.items()
    }


def _by_new_rules(before: Events) -> Events:
    """What a change of rules since has changed: a commit that adds no line is not heavy; it was unknown."""
    for row in before["event_commit_outcome"]:
        if row["attributable_lines"] == 0:
            row["heavy_ai_flag"] = 0
    return before


def _as_before(events: Events, before: Events) -> Events:
    """Without the columns that were added since."""
    return {
        name: [{column: row[column] for column in before[name][0]} for row in events[name]]
        for name in before
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_it_opens_and_says_what_it_said(version: int) -> None:
    restore(version)
    cursors = select(_CURSORS)
    counts = {name: select(f"SELECT count(*) AS n FROM {name}") for name in _COUNTED}
    outcome = ingest()

    assert (outcome.file_count, outcome.commit_count) == (0, 0)
    assert_consistent()
    before = _by_new_rules(_events_of(version))
    assert _as_before(dump_events(), before) == before
    after = [row | {"is_missing": 0} for row in select(_CURSORS)]
    assert after == [row | {"is_missing": 0} for row in cursors]
    assert {name: select(f"SELECT count(*) AS n FROM {name}") for name in _COUNTED} == counts
    connection = db.open_reader()
    assert schema.is_current(connection)
    assert connection.execute("SELECT count(*) FROM schema_migration").get > version
    connection.close()


@pytest.mark.parametrize("version", [version for version in VERSIONS if version < 3])
def test_models_that_are_known_already_get_their_canonical_names(version: int) -> None:
    restore(version)
    connection = db.open_writer()
    connection.execute("UPDATE metadata_models SET model_name = 'us.anthropic.claude-opus-4-6-v1'")
    connection.close()

    ingest()

    names = "SELECT DISTINCT model FROM event_session_usage"
    assert select(names) == [{"model": "claude-opus-4-6"}]
    assert_consistent()


def test_its_events_are_of_every_kind() -> None:
    assert all(rows for version in VERSIONS for rows in _events_of(version).values())


def test_check_asks_for_an_ingest_before_the_first_upgrade() -> None:
    restore(VERSIONS[0])

    with pytest.raises(AeaError, match="made by an older aea"):
        run(["check"])
