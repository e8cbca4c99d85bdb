"""SQL files keep their promises: headers, layers, plans, old libraries."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import apsw.ext
import pytest

from aea import paths
from aea.ingest.catch_up import open_database
from aea.store.engine import db, definitions, metrics, sqlfiles
from tests.support.database import ingest
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAYERS = ("metadata", "ingest", "fact", "event", "view")
FILES = [file for layer in LAYERS for file in sqlfiles.list_layer(layer)]
VIEWS = sqlfiles.list_layer("view")


@pytest.fixture
def connection() -> Iterator[db.Connection]:
    opened = open_database()
    yield opened
    opened.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_says_its_name_and_grain(file: sqlfiles.SqlFile) -> None:
    assert file.text.startswith(f"-- {file.name}\n")
    assert file.header("grain").startswith("one row")
    assert f" {file.name} " in file.text.split("CREATE", 1)[1]


@pytest.mark.parametrize("file", sqlfiles.list_layer("metric"), ids=lambda file: file.name)
def test_a_metric_is_a_whole_statement_over_one_view(
    file: sqlfiles.SqlFile, connection: db.Connection
) -> None:
    (metric,) = [metric for metric in metrics.list_metrics() if metric.name == file.name]
    names, _ = db.select(connection, file.text)

    assert file.text.startswith(f"-- {file.name}\n-- title: ")
    parts = ["numerator", "denominator"] if metric.statistic == "ratio" else ["value"]
    assert names == [*parts, "counts_from"]
    assert all(file.header(part) for part in (*parts, "excluded"))
    assert metric.base in {view.name for view in VIEWS}
    assert metric.unit in {"share", "count", "minutes", "hours"}
    assert metric.better in {"higher", "lower", "neither"}
    bands = (
        "SELECT count(*) FROM metadata_settings WHERE setting_name IN (? || '_good', ? || '_watch')"
    )
    assert connection.execute(bands, (metric.name, metric.name)).get in {0, 2}


def test_every_fact_says_when_it_happened_and_when_it_was_read(connection: db.Connection) -> None:
    for file in sqlfiles.list_layer("fact"):
        columns = {row[1] for row in db.rows(connection, f"PRAGMA table_info({file.name})")}
        assert {"occurred_at", "ingested_at"} <= columns, file.name


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: file.name)
def test_views_read_events_metadata_and_views_only(
    file: sqlfiles.SqlFile, connection: db.Connection
) -> None:
    info = apsw.ext.query_info(connection, f"SELECT * FROM {file.name}", actions=True)
    assert info.actions is not None
    tables = {a.table_name for a in info.actions if a.action_name == "SQLITE_READ" and a.table_name}

    assert tables, file.name
    assert all(table.startswith(("event_", "metadata_", "view_")) for table in tables), tables


@pytest.mark.parametrize(
    ("scope", "event"),
    [
        (scope, event)
        for scope in definitions.list_scopes()
        for event in definitions.list_events(scope.name)
    ],
    ids=lambda value: value.name,
)
def test_a_refresh_by_key_scans_no_fact_table(
    scope: definitions.Scope, event: definitions.Event, connection: db.Connection
) -> None:
    query = f"EXPLAIN QUERY PLAN SELECT * FROM build_{event.name} WHERE {scope.key} = ?"
    plan = [row[3] for row in db.rows(connection, query, (1,))]
    definitions = "".join(file.text for file in sqlfiles.list_layer("event"))
    aliases = re.findall(r"(?:fact|metadata)_\w+ AS (\w+)", definitions)

    assert not [step for step in plan if re.match(r"SCAN (fact_|metadata_)", step)], plan
    scanned = {step.split()[1] for step in plan if step.startswith("SCAN ")}
    subqueries = {
        step.split()[1] for step in plan if step.startswith(("CO-ROUTINE", "MATERIALIZE"))
    }
    assert not (scanned - subqueries) & set(aliases), plan


def test_header_keys_are_the_primary_keys(connection: db.Connection) -> None:
    for scope in definitions.list_scopes():
        for event in definitions.list_events(scope.name):
            rows = db.rows(connection, f"PRAGMA table_info({event.name})")
            keys = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
            assert ", ".join(keys) == event.key
            assert ", ".join(row[1] for row in rows) == event.columns()


def test_views_run_on_the_old_library_of_other_tools(home: Path) -> None:
    """sqlite-utils, in a process of its own: two SQLite libraries in one process lose rows."""
    ClaudeSession("s1").prompt("hi").say("ho").edit("/w/a.py", "1", "2").write(home)
    ingest()
    script = "import sqlite3, sqlite_utils, sys\n"
    script += "c = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True)\n"
    script += "for v in sys.argv[2:]: print(v, len(list(sqlite_utils.Database(c)[v].rows)))\n"
    names = [file.name for file in VIEWS]
    command = [sys.executable, "-c", script, str(paths.database()), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == names
