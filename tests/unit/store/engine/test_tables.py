"""What is read from the table files agrees with the database that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aea.ingest.catch_up import open_database
from aea.store.engine import db, tables
from aea.store.write import merges

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = tables.list_tables()
READ = [table for table in TABLES if table.layer in {"fact", "metadata"}]


@pytest.fixture
def connection() -> Iterator[db.Connection]:
    opened = open_database()
    yield opened
    opened.close()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_columns_keys_and_references_are_those_of_the_schema(
    table: tables.Table, connection: db.Connection
) -> None:
    info = db.rows(connection, f"PRAGMA table_info({table.name})")
    references = db.rows(connection, f"PRAGMA foreign_key_list({table.name})")

    assert [row[1] for row in info] == list(table.columns)
    if table.layer == "derived":  # rows that hang on other derived rows go with them by themselves
        assert table.references.items() >= {
            (row[3], row[2]) for row in references if row[4] == "id"
        }
    else:
        assert {row[3]: row[2] for row in references} == table.references
        assert {row[4] for row in references} <= {"id"}
    nullable = {row[1] for row in info if not row[3] and not row[5]}
    assert nullable == table.nullable
    assert set(table.key) <= set(table.columns)
    assert table.has_id or "id" not in table.columns


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_of_a_repository_says_what_uniting_does(table: tables.Table) -> None:
    is_owned = bool(table.path_to(tables.REPOSITORIES))

    assert table.unite in ({"delete", "move"} if is_owned else {""})


@pytest.mark.parametrize("table", READ, ids=lambda table: table.name)
def test_a_table_that_sources_fill_says_how_rows_merge(
    table: tables.Table, connection: db.Connection
) -> None:
    has_source = bool(table.path_to(tables.CURSORS))

    assert table.read_from in {"", tables.FORGE}
    if table.layer == "fact":
        assert has_source == (table.read_from != tables.FORGE)
        assert has_source == bool(table.merge)
    if table.merge:
        connection.execute(f"EXPLAIN {merges.statement(table.name)}", (None,) * len(table.content))


def test_what_facts_refer_to_can_be_merged() -> None:
    referred = {name for table in READ for name in table.references.values()}
    missing = {name for name in referred - {tables.CURSORS} if not tables.find(name).merge}

    assert missing == set()
