"""The `reads` lines of headers agree with what SQLite reads, and every line has its triggers."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aea.ingest.catch_up import open_database
from aea.pipeline.refresh import empty_derived, mark_all, refresh_stage
from aea.pipeline.stages import STAGES
from aea.store.engine import db, definitions, sqlfiles, triggers
from tests.support.reads import faults, recorded, uncovered, without_source
from tests.support.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.triggers import Read
    from tests.support.reads import Columns

ROOT = Path(__file__).resolve().parents[2]
EVENTS = [
    (scope, event)
    for scope in definitions.list_scopes()
    for event in definitions.list_events(scope.name)
]
RULED = STAGES[:-1]
READERS = {layer: triggers.list_readers(layer) for layer in ("event", "derived")}
LINES = {line for tables in READERS.values() for lines in tables.values() for line in lines}
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
        for line in triggers.read_lines(one, one.header("dirty"), files.__getitem__)
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
    assert faults(READERS["event"][event.name], found) == []


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


@pytest.mark.parametrize("layer", READERS)
def test_every_line_is_kept_by_triggers(layer: str, connection: db.Connection) -> None:
    for name, lines in READERS[layer].items():
        for line in lines:
            assert uncovered(connection, line, lines) == [], name


@pytest.mark.parametrize(("scope", "event"), EVENTS, ids=lambda value: value.name)
def test_a_wrong_header_of_an_event_is_noticed(
    scope: definitions.Scope, event: definitions.Event, connection: db.Connection
) -> None:
    file = sqlfiles.read("event", event.name)
    found = read_with_others(connection, scope, event.name)
    named = [triggers.find_reader(name) for name in file.headers("reads") if is_reader(name)]
    elsewhere = {line.source for one in named for line in triggers.read_lines(one, "dirty_session")}
    wrong = list(wrong_headers(file, elsewhere))
    assert len(wrong) >= 2
    for one in wrong:
        assert faults(triggers.read_lines(one, scope.dirty_table), found) != []


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
    sources = [source_of(line) for line in file.headers("reads") if not is_reader(line)]
    for source in set(sources) - elsewhere:
        yield without_source(file, source)


def is_reader(line: str) -> bool:
    """Whether a line names another header instead of saying a way back."""
    return re.fullmatch(r"\w+", line) is not None


def source_of(line: str) -> str:
    return re.split(r"\W", line)[0]


def test_a_way_back_is_missed_without_its_trigger(connection: db.Connection) -> None:
    """The proof that the test of triggers fails when one is missing."""
    (line,) = {line for line in LINES if line.source == "fact_issue_fix"}
    assert uncovered(connection, line, [line]) == []
    connection.execute("DROP TRIGGER event_fact_issue_fix_gone")
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


def test_what_a_header_says_is_never_done_is_done_nowhere() -> None:
    updated, deleted = tables_changed_by_aea()
    assert {"fact_commit", "fact_pull_request", "fact_session_message", "derived_branch"} <= updated
    assert {"fact_issue_fix", "fact_commit", "derived_commit_branch"} <= deleted
    for table, never in triggers.list_never().items():
        assert not ("UPDATE" in never and table in updated), table
        assert not ("DELETE" in never and table in deleted), table


def tables_changed_by_aea() -> tuple[set[str], set[str]]:
    """(updated, deleted from) by any statement; one that takes the table as a value counts for all its module names."""
    updated, deleted = tables_changed_by_their_headers()
    for path in (ROOT / "aea").rglob("*.py"):
        texts = list(texts_of(ast.parse(path.read_text())))
        names = {text for text in texts if re.fullmatch(r"(fact|metadata|derived)_\w+", text)}
        has_part = any("DO UPDATE" in text and "INSERT" not in text for text in texts)
        for text in texts:
            upserts = re.findall(r"INSERT INTO (\S+)", text)
            is_upsert = "DO UPDATE" in text or (has_part and text.rstrip().endswith("{}"))
            targets = re.findall(r"UPDATE (?:OR \w+ )?(\S+)\s+SET", text)
            for target in targets + upserts * is_upsert:
                updated |= names if target == "{}" else {target}
            for target in re.findall(r"DELETE FROM (\S+)", text):
                deleted |= names if target == "{}" else {target}
    return updated, deleted


def tables_changed_by_their_headers() -> tuple[set[str], set[str]]:
    """(updated, deleted from) by generic code: merged, or united with another repository's rows."""
    files = [file for layer in ("metadata", "fact") for file in sqlfiles.list_layer(layer)]
    updated = {
        file.name
        for file in files
        if file.header("merge") not in ("", "first") or file.header("unite") == "move"
    }
    deleted = {
        file.name
        for file in files
        if file.header("unite") == "delete"
        or (file.header("unite") == "move" and "repository_id" in file.header("key"))
    }
    return updated, deleted


def texts_of(node: ast.AST) -> Iterator[str]:
    """Every text of a module, joined as it is written; `{}` for what is put in."""
    if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp):
        text = text_of(node)
        if text is not None:
            yield text
            return
    for child in ast.iter_child_nodes(node):
        yield from texts_of(child)


def text_of(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) or "{}" for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = [text_of(left), text_of(right)]
            return None if parts == [None, None] else "".join(part or "{}" for part in parts)
        case _:
            return None


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
    assert keys
    for columns in keys.values():
        where = " AND ".join(f"{column} = ?" for column in columns)
        query = f"EXPLAIN QUERY PLAN SELECT 1 FROM {file.name} WHERE {where}"
        plan = [row[3] for row in db.rows(connection, query, (1,) * len(columns))]
        assert [step for step in plan if step.startswith("SEARCH")] == plan
