"""The triggers that headers are made into, in a database of three tables."""

from __future__ import annotations

import apsw
import pytest

from aea.store.engine import reads, triggers
from aea.store.engine.sqlfiles import SqlFile

TABLES = """
CREATE TABLE source (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT, note TEXT);
CREATE TABLE dirty_x (key INTEGER PRIMARY KEY);
CREATE TABLE dirty_range (key TEXT PRIMARY KEY, last INTEGER);
INSERT INTO source VALUES (1, 10, 'a', NULL), (2, 10, 'b', NULL);
"""
CONFLICTS = {
    "dirty_x": " ON CONFLICT DO NOTHING",
    "dirty_range": " ON CONFLICT (key) DO UPDATE SET last = max(last, excluded.last)",
}


def made(*lines: str, never: str = "") -> apsw.Connection:
    """The database with the triggers of these lines."""
    file = SqlFile("event", "event_x", "".join(f"-- reads: {line}\n" for line in lines))
    found = reads.read_lines(file, "dirty_x")
    connection = apsw.Connection("")
    connection.execute(TABLES).fetchall()
    omitted = {"source": frozenset(never.split())}
    for trigger in triggers.marking(found, CONFLICTS, omitted):
        connection.execute(trigger)
    return connection


def marked(connection: apsw.Connection, statement: str) -> list[int]:
    connection.execute("DELETE FROM dirty_x")
    connection.execute(statement)
    return [key for (key,) in connection.execute("SELECT key FROM dirty_x ORDER BY key")]


def test_columns_of_the_row_are_its_keys_old_and_new() -> None:
    connection = made("source -> parent")

    assert marked(connection, "INSERT INTO source VALUES (3, 11, 'c', NULL)") == [11]
    assert marked(connection, "UPDATE source SET note = 'x' WHERE id = 3") == [11]
    assert marked(connection, "UPDATE source SET parent = 12 WHERE id = 3") == [11, 12]
    assert marked(connection, "DELETE FROM source WHERE id = 3") == [12]
    assert marked(
        connection,
        "INSERT INTO source VALUES (1, 13, '', '') ON CONFLICT (id)"
        " DO UPDATE SET parent = excluded.parent",
    ) == [10, 13]


def test_a_query_finds_the_keys_also_of_the_row_that_is_deleted() -> None:
    connection = made("source -> SELECT id FROM source WHERE parent = row.parent")

    assert marked(connection, "UPDATE source SET parent = 11 WHERE id = 1") == [1, 2]
    assert marked(connection, "DELETE FROM source WHERE id = 1") == [1]


def test_only_a_change_of_a_listed_column_or_of_the_key_marks() -> None:
    connection = made("source (name) -> SELECT row.parent WHERE row.parent > 5")

    assert marked(connection, "UPDATE source SET note = 'x'") == []
    assert marked(connection, "UPDATE source SET name = name") == []
    assert marked(connection, "UPDATE source SET name = 'z' WHERE id = 1") == [10]
    assert marked(connection, "UPDATE source SET parent = 3 WHERE id = 1") == [10]


def test_tables_that_read_the_same_share_a_trigger_with_the_columns_of_all() -> None:
    connection = made("source (name) -> parent", "source (note) -> parent", "source -> id")
    query = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"

    assert (
        connection.execute(query).get == 4
    )  # INSERT, DELETE, UPDATE of name or note, UPDATE of any
    assert marked(connection, "UPDATE source SET note = 'y' WHERE id = 2") == [2, 10]
    assert made("source (name) -> parent", "source -> parent").execute(query).get == 3


def test_a_dirty_table_says_how_a_key_is_merged() -> None:
    connection = made("source -> dirty_range: name, parent")
    connection.execute("INSERT INTO source VALUES (3, 99, 'a', NULL), (4, 12, 'a', NULL)")

    assert connection.execute("SELECT * FROM dirty_range").fetchall() == [("a", 99)]


def test_what_is_never_done_marks_nothing() -> None:
    connection = made("source -> parent", never="UPDATE DELETE")

    assert marked(connection, "DELETE FROM source") == []


def test_the_shipped_headers_make_one_trigger_for_each_table_and_action() -> None:
    text = triggers.make("derived", "event").text

    assert text.count("CREATE TRIGGER mark_fact_commit_file_change_") == 2
    assert "RAISE(ABORT, 'fact_commit_file_change says never: UPDATE')" in text
    assert "DELETE FROM event_commit_churn WHERE repository = old.repository_key" in text
    with pytest.raises(KeyError, match="dirty_nothing"):
        made("source -> dirty_nothing: parent")
