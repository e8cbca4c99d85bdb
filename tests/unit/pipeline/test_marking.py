"""A change of any row marks every key that depends on it: after a refresh, derived tables and events are right."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import apsw
import pytest

from aea.pipeline.recompute import compare, compare_events
from aea.pipeline.refresh import mark_all, rebuild, refresh, refresh_stage
from aea.pipeline.stages import STAGES
from aea.store.engine import db, reads, sqlfiles
from tests.support.world import drop_guards, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection
    from aea.store.engine.definitions import Derived

    Statement = tuple[str, list[Any]]

DERIVED = {file.name for file in sqlfiles.list_layer("derived")}
NEVER = reads.list_never()
FILES = ("fact_commit_file_change", "fact_commit_trunk_change")  # written together with a commit
SOURCES = sorted(
    {
        line.source
        for layer in ("event", "derived")
        for lines in reads.list_reads(layer).values()
        for line in lines
    }.difference(FILES)
)
UPDATED = {  # the columns that aea updates and that rules or events read, but for lines and their places
    "derived_machine_start": ["first_at"],
    "derived_output_ratio": ["tokens_per_1000_characters"],
    "derived_repository_mainline": ["branch_name"],
    "derived_session_undone": ["lines_added", "lines_undone"],
    "fact_branch_head": ["own_count", "is_present", "commit_sha"],
    "fact_commit": ["is_reachable"],
    "fact_commit_pull_lookup": ["lookup_status"],
    "fact_mainline_head": ["commit_sha"],
    "fact_pull_request": ["merged_at", "merge_commit_sha", "occurred_at"],
    "fact_ref_update": ["branch_name"],
    "fact_session_code_change": [
        "agent_id",
        "file_id",
        "old_file_id",
        "lines_added",
        "lines_removed",
        "occurred_at",
        "operation",
        "session_id",
    ],
    "fact_session_interruption": ["agent_id", "session_id"],
    "fact_session_message": [
        "agent_id",
        "branch_name",
        "debug_signature",
        "is_continuation",
        "is_error_paste",
        "is_prompt",
        "occurred_at",
        "position",
        "role",
        "session_id",
        "word_count",
    ],
    "fact_session_tool_call": [
        "error_signature",
        "occurred_at",
        "refused_by",
        "session_id",
        "status",
        "tool_name",
    ],
    "fact_session_usage": [
        "is_excerpt",
        "is_final",
        "input_tokens",
        "is_sidechain",
        "model_id",
        "occurred_at",
        "output_tokens",
        "reasoning_tokens",
        "session_id",
    ],
    "metadata_branches": ["branch_name", "task_id"],
    "metadata_directories": ["repository_id"],
    "metadata_files": ["file_path", "name_key", "repository_id"],
    "metadata_links": ["link_path", "target_path"],
    "metadata_repositories": ["repository_key"],
    "metadata_sessions": ["directory_id", "is_subagent", "parent_session_id"],
    "metadata_settings": ["setting_value"],
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A database in which every table has rows; each test changes a copy."""
    connection = db.open_writer(make_world(tmp_path_factory.mktemp("world")))
    drop_guards(connection)  # a test takes any row away to put it back
    yield connection
    connection.close()


@pytest.mark.parametrize("source", SOURCES)
def test_a_row_that_is_deleted_or_inserted(source: str, world: Connection) -> None:
    for row in rows_of(world, source):
        removed, added = [], []
        for table, one in with_children(world, source, row):
            where, key = by_key(world, table, one)
            removed.insert(0, (f"DELETE FROM {table} WHERE {where}", key))
            marks = ", ".join("?" * len(one))
            added.append((f"INSERT INTO {table} VALUES ({marks})", [*one.values()]))
        if (
            "DELETE" not in NEVER[source] and source != "fact_commit"
        ):  # that goes with its repository
            assert not wrong_after(world, source, removed), row
        assert not wrong_after(world, source, removed, added), row


def with_children(
    world: Connection, source: str, row: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A row, and what is written together with it: the changes of a commit."""
    yield source, row
    for table in FILES:
        if source == "fact_commit":
            names, rows = db.select(
                world, f"SELECT * FROM {table} WHERE commit_id = ?", (row["id"],)
            )
            yield from ((table, dict(zip(names, values, strict=True))) for values in rows)


@pytest.mark.parametrize("source", UPDATED)
def test_a_row_that_is_updated(source: str, world: Connection) -> None:
    count = 0
    for row in rows_of(world, source):
        where, key = by_key(world, source, row)
        for column in UPDATED[source]:
            for value in other_values(world, source, column, row[column]):
                update = (f"UPDATE {source} SET {column} = ? WHERE {where}", [value, *key])
                found = wrong_after(world, source, [update])
                assert found in (None, set()), (row, column, value)
                count += found is not None
    assert count


def test_without_its_trigger_it_goes_wrong(world: Connection) -> None:
    """The proof that these tests see a line that is missing."""
    drop: Statement = ("DROP TRIGGER mark_fact_issue_gone", [])
    delete: Statement = ("DELETE FROM fact_issue", [])
    assert wrong_after(world, "fact_issue", [drop], [delete]) == {"event_commit_bug_signal"}


def test_every_table_that_is_updated_is_tried() -> None:
    updated = {source for source in SOURCES if "UPDATE" not in NEVER[source]}
    assert updated - UPDATED.keys() == {"fact_issue"}  # only that it exists is read


def wrong_after(world: Connection, source: str, *steps: list[Statement]) -> set[str] | None:
    """The tables that are not as their rules say after each step was refreshed; None: a constraint forbids it."""
    with closing(db.private_copy(world)) as copy:
        try:
            for step in steps:
                with db.transaction(copy):
                    for statement, values in step:
                        copy.execute(statement, values)
                    refresh(copy)
                if step is not steps[-1] and source not in DERIVED:
                    rebuild(copy)  # as if it had never been there
        except apsw.ConstraintError:
            return None
        wrong = {difference.subject for difference in compare_events(copy)}
        if source in DERIVED:
            return wrong | changed_by_refreshing_all(copy, source)
        return wrong | {difference.subject for difference in compare(copy)}


def changed_by_refreshing_all(copy: Connection, source: str) -> set[str]:
    """The tables of later stages that are different once every key of these is refreshed."""
    (at,) = [at for at, stage in enumerate(STAGES) if source in {t.name for t in stage.writes()}]
    tables = [table for stage in STAGES[at + 1 :] for table in stage.writes()]
    before = {table.name: dump(copy, table) for table in tables}
    with db.transaction(copy):
        mark_all(copy, STAGES[at + 1 :])
        copy.execute(
            "INSERT INTO dirty_ledger SELECT commit_id FROM derived_commit_mainline"
            " WHERE trunk_id = commit_id"
        )
        for stage in STAGES[at + 1 :]:
            refresh_stage(copy, stage)
    return {table.name for table in tables if dump(copy, table) != before[table.name]}


def dump(copy: Connection, table: Derived) -> list[Any]:
    columns = ", ".join(name for name in table.columns() if name != "ingested_at")
    return db.rows(copy, f"SELECT {columns} FROM {table.name} ORDER BY {table.key}")


def rows_of(world: Connection, source: str) -> list[dict[str, Any]]:
    """Some of a table's rows, from all over it; all settings; of the mainline, its end, where alone it is cut."""
    is_mainline = source == "derived_commit_mainline"
    order = "ORDER BY position DESC LIMIT 1" if is_mainline else ""
    names, rows = db.select(world, f"SELECT * FROM {source} {order}")
    step = 1 if source == "metadata_settings" else 1 + len(rows) // 15
    return [dict(zip(names, row, strict=True)) for row in rows[::step]]


def by_key(world: Connection, source: str, row: dict[str, Any]) -> tuple[str, list[Any]]:
    """A condition that holds for the row alone, and its values."""
    info = db.rows(world, f"PRAGMA table_info({source})")
    names = [name for _, name, *_, place in info if place]
    return " AND ".join(f"{name} IS ?" for name in names), [row[name] for name in names]


def other_values(world: Connection, source: str, column: str, value: Any) -> Iterator[Any]:
    """That of another row, one that no row has, and NULL."""
    query = (
        f"SELECT {column} FROM {source} WHERE {column} IS NOT ? AND {column} IS NOT NULL LIMIT 1"
    )
    yield from (other for (other,) in db.rows(world, query, (value,)))
    if value is not None:
        yield f"{value}x" if isinstance(value, str) else value + 1
        yield None
