"""Migrations, definitions, and databases of other versions."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from aea import paths
from aea.errors import StoreError
from aea.ingest.catch_up import open_database
from aea.store.engine import db, schema, sqlfiles

LATEST = sqlfiles.count_migrations()


def _objects(script: str) -> dict[str, str]:
    connection = db.open_writer(Path(paths.data_dir()) / f"{abs(hash(script))}.db")
    connection.execute("PRAGMA foreign_keys = OFF").fetchall()
    connection.execute(script).fetchall()
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    found = {name: " ".join(re.sub(r"--.*|\"", "", text).split()) for name, text in rows}
    connection.close()
    return found


def test_the_migrations_make_what_the_table_files_show() -> None:
    migrated = "".join(file.text for file in sqlfiles.list_layer("migrations"))
    shown = "".join(
        file.text for layer in ("metadata", "ingest", "fact") for file in sqlfiles.list_layer(layer)
    )

    made = _objects(migrated)
    assert {name: _tidy(text) for name, text in made.items()} == {
        name: _tidy(text) for name, text in _objects(shown).items()
    }


def _tidy(text: str) -> str:
    """Without what a comment or an added column leaves behind."""
    return text.replace(" )", ")").replace(" ,", ",").replace(",)", ")")


def test_a_new_database_is_private_and_uses_wal() -> None:
    connection = open_database()

    assert stat.S_IMODE(paths.data_dir().stat().st_mode) == 0o700
    assert stat.S_IMODE(paths.database().stat().st_mode) == 0o600
    assert connection.pragma("journal_mode") == "wal"
    assert connection.pragma("synchronous") == 1
    assert connection.pragma("foreign_keys") == 1
    connection.close()


def test_a_newer_database_is_not_touched() -> None:
    connection = open_database()
    connection.pragma("user_version", 999)
    connection.wal_checkpoint()
    connection.close()
    before = paths.database().read_bytes()

    with pytest.raises(StoreError, match=r"schema 999.*nothing was touched") as caught:
        open_database()

    assert "upgrade" in caught.value.hint
    assert paths.database().read_bytes() == before


def test_definitions_are_made_anew_when_a_file_changed() -> None:
    connection = open_database()
    connection.execute("DROP VIEW view_activity")
    connection.execute("UPDATE schema_definition SET content_hash = 'old', file_stamp = 'old'")
    connection.close()

    connection = open_database()

    assert connection.execute("SELECT count(*) FROM view_activity").get == 0
    assert schema.is_current(connection)
    connection.close()


def test_a_migration_is_preceded_by_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database().close()
    shipped = sqlfiles.list_layer
    extra = sqlfiles.SqlFile(
        "migrations", "9999_more", "CREATE TABLE fact_more (id INTEGER) STRICT;"
    )
    monkeypatch.setattr(
        sqlfiles, "list_layer", lambda name: shipped(name) + [extra] * (name == "migrations")
    )
    monkeypatch.setattr(sqlfiles, "count_migrations", lambda: LATEST + 1)

    connection = open_database()

    backups = list((paths.data_dir() / "backups").iterdir())
    assert [path.name.startswith(f"schema-{LATEST}-") for path in backups] == [True]
    assert stat.S_IMODE(backups[0].stat().st_mode) == 0o600
    assert connection.pragma("user_version") == LATEST + 1
    names = connection.execute("SELECT migration_name FROM schema_migration ORDER BY 1").fetchall()
    assert names == [(file.name,) for file in sqlfiles.list_layer("migrations")]
    assert names[-1] == ("9999_more",)
    connection.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_database().close()
    shipped = sqlfiles.list_layer
    broken = sqlfiles.SqlFile(
        "migrations",
        "9999_bad",
        "CREATE TABLE fact_more (id INTEGER) STRICT; SELECT * FROM nowhere;",
    )
    with monkeypatch.context() as patch:
        patch.setattr(
            sqlfiles, "list_layer", lambda name: shipped(name) + [broken] * (name == "migrations")
        )
        patch.setattr(sqlfiles, "count_migrations", lambda: LATEST + 1)
        with pytest.raises(db.Error):
            open_database()

    connection = db.open_reader(paths.database())
    assert connection.pragma("user_version") == LATEST
    names = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'fact_more'").fetchall()
    assert names == []
    connection.close()


def test_a_file_that_is_no_database_is_a_clear_error_to_a_reader() -> None:
    paths.data_dir().mkdir(parents=True)
    paths.database().write_bytes(b"this is no database, whatever its name says" * 100)

    with pytest.raises(db.DAMAGE) as caught:
        db.open_reader().execute("SELECT 1 FROM sqlite_schema")
    explained = db.explain(caught.value)

    assert explained is not None
    assert "cannot be used" in explained.message
    assert "aea ingest" in explained.hint


@pytest.mark.parametrize(
    ("layer", "emptied"),
    [("view", {"view"}), ("event", {"event"}), ("derived", {"derived", "event"})],
)
def test_only_the_layers_that_changed_are_computed_again(layer: str, emptied: set[str]) -> None:
    connection = open_database()
    connection.execute(
        "UPDATE schema_definition SET content_hash = 'old', file_stamp = 'old' WHERE layer_name = ?",
        (layer,),
    )
    marks = {"derived": "derived_branch", "event": "event_task_commit"}
    connection.pragma("foreign_keys", False)
    connection.execute("INSERT INTO derived_branch VALUES (1, 'x', 'work', 0, 1)")
    connection.execute(
        "INSERT INTO event_task_commit (task_key, repository, commit_sha, commit_time, evidence,"
        " fallback_flag, confidence, ingested_at) VALUES ('x', 'x', 'x', 'x', 'x', 0, 1, 1)"
    )

    told: list[frozenset[str]] = []
    schema.apply(connection, lambda _: None, lambda _, layers: told.append(layers))

    assert told == [emptied]
    for name, table in marks.items():
        count = connection.execute(f"SELECT count(*) FROM {table}").get
        assert count == (0 if name in emptied else 1), table
    assert schema.is_current(connection)
    connection.close()


def test_a_recomputation_that_fails_leaves_the_old_definitions() -> None:
    connection = open_database()
    connection.execute("UPDATE schema_definition SET content_hash = 'old', file_stamp = 'old'")

    def fail(_: db.Connection, __: frozenset[str]) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        schema.apply(connection, lambda _: None, fail)

    assert not schema.is_current(connection)
    connection.close()
    connection = open_database()
    assert schema.is_current(connection)
    connection.close()


def test_files_that_were_only_installed_again_get_a_new_stamp() -> None:
    connection = open_database()
    connection.execute("UPDATE schema_definition SET file_stamp = 'older'")
    connection.close()

    connection = open_database()

    stamps = db.rows(connection, "SELECT DISTINCT file_stamp FROM schema_definition")
    assert stamps == [(sqlfiles.stamp(),)]
    connection.close()
