"""The `reads` lines of headers agree with what SQLite reads, and every line has its triggers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aea.ingest.catch_up import open_database
from aea.pipeline.refresh import empty_derived, mark_all, refresh_stage
from aea.pipeline.stages import STAGES
from aea.store.engine import db, definitions, reads, sqlfiles
from tests.support.reads import faults, recorded, uncovered, without_source
from tests.support.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.reads import Read
    from tests.support.reads import Columns

EVENTS = [
    (scope, event)
    for scope in definitions.list_scopes()
    for event in definitions.list_events(scope.name)
]
RULED = STAGES[:-1]
READS = {layer: reads.list_reads(layer) for layer in ("event", "derived")}
LINES = {line for tables in READS.values() for lines in tables.values() for line in lines}
BY_HAND = re.compile(
    r"^CREATE TRIGGER (\w+) (AFTER|BEFORE|INSTEAD OF) \w+.*? ON (\w+)", re.MULTILINE
)


@pytest.fixture
def connection() -> Iterator[db.Connection]:
    opened = open_database()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def read_by_stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Columns]:
    """What each stage reads when it computes everything, without what it writes itself."""
    made = make_world(tmp_path_factory.mktemp("world"))
    connection = db.open_writer(Path(shutil.copy(made, made.with_name("copy.db"))))
    connection.pragma("foreign_keys", False)  # their look-ups are no reads of the stage
    found = {}
    with db.transaction(connection):
        empty_derived(connection)
        mark_all(connection, RULED)
        for stage in RULED:
            with recorded(connection) as read:
                refresh_stage(connection, stage)
            own = {table.name for table in (*stage.writes(), *stage.dirty())}
            found[stage.name] = {name: columns for name, columns in read.items() if name not in own}
    connection.close()
    return found


def lines_of_stage(name: str, file: sqlfiles.SqlFile | None = None) -> list[Read]:
    """The lines of all tables of a stage; `file` stands for one of them."""
    files = files_of_stage(name)
    if file is not None:
        files[file.name] = file
    return [
        line
        for one in files.values()
        for line in reads.read_lines(one, one.header("dirty"), files.__getitem__)
    ]


def files_of_stage(name: str) -> dict[str, sqlfiles.SqlFile]:
    tables = definitions.list_derived(name)
    return {table.name: sqlfiles.read("derived", table.name) for table in tables}


def read_by_event(connection: db.Connection, scope: definitions.Scope, name: str) -> Columns:
    with recorded(connection) as read:
        connection.execute(f"SELECT * FROM build_{name} WHERE {scope.key} = ?", (1,)).fetchall()
    return {table: columns for table, columns in read.items() if not table.startswith("event_")}


@pytest.mark.parametrize(("scope", "event"), EVENTS, ids=lambda value: value.name)
def test_an_event_declares_what_it_reads(
    scope: definitions.Scope, event: definitions.Event, connection: db.Connection
) -> None:
    found = read_with_others(connection, scope, event.name)
    assert faults(READS["event"][event.name], found) == []


def read_with_others(connection: db.Connection, scope: definitions.Scope, name: str) -> Columns:
    """What an event reads, and what the events that it reads do: their lines are its own, too."""
    found = read_by_event(connection, scope, name)
    for line in sqlfiles.read("event", name).headers("reads"):
        if line.startswith("event_"):
            for table, columns in read_by_event(connection, scope, line).items():
                found.setdefault(table, set()).update(columns)
    return found


@pytest.mark.parametrize("stage", RULED, ids=lambda stage: stage.name)
def test_a_stage_declares_what_it_reads(stage: object, read_by_stages: dict[str, Columns]) -> None:
    name = stage.name  # type: ignore[attr-defined]
    assert faults(lines_of_stage(name), read_by_stages[name]) == []


@pytest.mark.parametrize("layer", READS)
def test_every_line_is_kept_by_triggers(layer: str, connection: db.Connection) -> None:
    for name, lines in READS[layer].items():
        for line in lines:
            assert uncovered(connection, line, lines) == [], name


@pytest.mark.parametrize(("scope", "event"), EVENTS, ids=lambda value: value.name)
def test_a_wrong_header_of_an_event_is_noticed(
    scope: definitions.Scope, event: definitions.Event, connection: db.Connection
) -> None:
    file = sqlfiles.read("event", event.name)
    found = read_with_others(connection, scope, event.name)
    named = [reads.find_definition(name) for name in file.headers("reads") if names_header(name)]
    elsewhere = {line.source for one in named for line in reads.read_lines(one, "dirty_session")}
    wrong = list(wrong_headers(file, elsewhere))
    assert len(wrong) >= 2
    for one in wrong:
        assert faults(reads.read_lines(one, scope.dirty_table), found) != []


@pytest.mark.parametrize(
    ("stage", "table"),
    [(stage.name, table.name) for stage in RULED for table in stage.writes()],
)
def test_a_wrong_header_of_a_derived_table_is_noticed(
    stage: str, table: str, read_by_stages: dict[str, Columns]
) -> None:
    files = files_of_stage(stage)
    file = files.pop(table)
    elsewhere = {source_of(line) for one in files.values() for line in one.headers("reads")}
    for wrong in wrong_headers(file, elsewhere):
        assert faults(lines_of_stage(stage, wrong), read_by_stages[stage]) != []


def wrong_headers(file: sqlfiles.SqlFile, elsewhere: set[str]) -> Iterator[sqlfiles.SqlFile]:
    """With a table or a column that is not read, or without a table that no other header adds."""
    mark = "-- reads: "
    for line in ("metadata_calendar, constant", "fact_commit (source_id) -> id"):
        yield file._replace(text=file.text.replace(mark, f"{mark}{line}\n{mark}", 1))
    sources = [source_of(line) for line in file.headers("reads") if not names_header(line)]
    for source in set(sources) - elsewhere:
        yield without_source(file, source)


def names_header(line: str) -> bool:
    """Whether a line names another header instead of saying a way back."""
    return re.fullmatch(r"\w+", line) is not None


def source_of(line: str) -> str:
    return re.split(r"\W", line)[0]


def test_a_way_back_is_missed_without_its_trigger(connection: db.Connection) -> None:
    """The proof that the test of triggers fails when one is missing."""
    (line,) = {line for line in LINES if line.source == "fact_issue_fix"}
    assert uncovered(connection, line, [line]) == []
    connection.execute("DROP TRIGGER mark_fact_issue_fix_gone")
    assert uncovered(connection, line, [line]) == [
        "no DELETE on fact_issue_fix marks dirty_commit_fixed"
    ]


def test_triggers_by_hand_are_named_by_a_reader_and_live_beside_what_they_feed() -> None:
    named = {name for line in LINES for name in line.by_hand}
    targets = {line.target for line in LINES}
    texts = {file.name: file.text for file in sqlfiles.list_layer("dirty")}
    for layer in sqlfiles.DEFINED:
        for file in sqlfiles.list_layer(layer):
            for name, kind, table in BY_HAND.findall(file.text):
                assert layer == "dirty"
                assert name.startswith(f"{file.name}_")
                if kind == "INSTEAD OF":
                    assert table == file.name
                    assert table in targets or any(
                        f"INSERT INTO {table}\n" in text for text in texts.values()
                    )
                else:
                    assert name in named


def test_what_a_header_says_is_never_done_raises(connection: db.Connection) -> None:
    names = {name for (name,) in db.rows(connection, "SELECT name FROM sqlite_schema")}
    never = reads.list_never().items()
    assert {f"never_{act.lower()}_{table}" for table, acts in never for act in acts} <= names
    connection.execute("INSERT INTO metadata_tasks (task_key) VALUES ('ABC-1')")
    for statement in ("UPDATE metadata_tasks SET task_key = 'ABC-2'", "DELETE FROM metadata_tasks"):
        with pytest.raises(db.Error, match="metadata_tasks says never: "):
            connection.execute(statement)


# Rows of these tables go when nothing is left of what they sum up.
OF_THE_WHOLE_HISTORY = {"derived_output_ratio"}


@pytest.mark.parametrize("file", sqlfiles.list_layer("derived"), ids=lambda file: file.name)
def test_derived_rows_go_with_what_they_name(
    file: sqlfiles.SqlFile, connection: db.Connection
) -> None:
    """By a cascade, and each by an index: else a deleted row would scan the table."""
    keys: dict[int, list[str]] = {}
    for number, _, _, column, _, _, on_delete, _ in db.rows(
        connection, f"PRAGMA foreign_key_list({file.name})"
    ):
        assert on_delete == "CASCADE"
        keys.setdefault(number, []).append(column)
    assert keys or file.name in OF_THE_WHOLE_HISTORY
    for columns in keys.values():
        where = " AND ".join(f"{column} = ?" for column in columns)
        query = f"EXPLAIN QUERY PLAN SELECT 1 FROM {file.name} WHERE {where}"
        plan = [row[3] for row in db.rows(connection, query, (1,) * len(columns))]
        assert [step for step in plan if step.startswith("SEARCH")] == plan
