"""A fact table that no code knows: its header and its references are enough for everything generic."""

from __future__ import annotations

import json
import os
import runpy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aea import paths
from aea.reports import why
from aea.store.engine import db, sqlfiles, tables
from aea.store.recovery import snapshots
from aea.store.write import merges
from tests.support.database import assert_consistent, dump_facts, ingest, select
from tests.support.repos import Repo, make_repo

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[4]
BUILD = """\
-- fact_build
-- grain: one row per build of a commit
-- key: repository_id, build_key
-- merge: first
-- unite: delete
CREATE TABLE fact_build (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    build_key TEXT NOT NULL,             -- the number of the build
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- what was built
    user_id INTEGER REFERENCES metadata_users (id), -- who started it; NULL: unknown
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    UNIQUE (repository_id, build_key)
) STRICT;
"""
STEP = """\
-- fact_build_step
-- grain: one row per step of a build
-- key: build_id, position
-- merge: last
-- unite: delete
CREATE TABLE fact_build_step (
    build_id INTEGER NOT NULL REFERENCES fact_build (id), -- the build
    position INTEGER NOT NULL,           -- order in the build
    outcome TEXT NOT NULL,               -- ok, failed
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (build_id, position)
) STRICT, WITHOUT ROWID;
"""


@pytest.fixture(autouse=True)
def sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The shipped SQL files and two fact tables with their migration."""
    folder = tmp_path / "sql"
    shutil.copytree(paths.shipped("sql"), folder)
    monkeypatch.setattr(paths, "shipped", lambda kind: folder if kind == "sql" else ROOT / kind)
    _write(folder, BUILD, STEP)
    yield folder
    monkeypatch.undo()
    _forget()


def _write(folder: Path, build: str, step: str) -> None:
    (folder / "fact" / "fact_build.sql").write_text(build)
    (folder / "fact" / "fact_build_step.sql").write_text(step)
    (folder / "migrations" / "9999_build.sql").write_text(build + step)
    _forget()


def _forget() -> None:
    for function in (tables.list_tables, tables.find, merges.statement):
        function.cache_clear()


def _record_builds(repo: Repo, count: int = 2) -> None:
    """What a reader would do: builds of the newest commit, each with two steps."""
    connection = db.open_writer()
    query = (
        "SELECT c.repository_id, c.id, c.author_id, c.source_id FROM fact_commit AS c"
        " INNER JOIN ingest_cursor AS s ON s.id = c.source_id WHERE s.source_path = ?"
        " ORDER BY c.id DESC LIMIT 1"
    )
    place = str(repo.directory / ".git")
    ((repository, commit, user, source),) = db.rows(connection, query, (place,))
    with db.transaction(connection):
        for number in range(count):
            who = user if number else None
            build = (repository, str(number), commit, who, 1, source, 1)
            connection.execute(merges.statement("fact_build"), build)
            key = connection.last_insert_rowid()
            steps = [(key, step, "ok", 1, 1) for step in range(2)]
            connection.executemany(merges.statement("fact_build_step"), steps)
    connection.close()


def _ingest(repo: Repo) -> None:
    ingest(directory=str(repo.directory))


def test_what_a_lost_repository_had_is_salvaged(home: Path) -> None:
    kept, lost = make_repo(home / "kept"), make_repo(home / "lost")
    kept.change({"a.py": "x\n"})
    lost.change({"b.py": "y\n"})
    _ingest(kept)
    for one in snapshots.list_snapshots(2**60):
        one.path.unlink()
    _ingest(lost)
    lost.change({"b.py": "z\n"})
    _ingest(lost)
    _record_builds(lost)
    before = dump_facts("fact_build", "fact_build_step")
    shutil.rmtree(lost.directory)
    for one in snapshots.list_snapshots(2**60):
        one.path.unlink()
    paths.suspicion().touch()
    (page,) = select("SELECT rootpage FROM sqlite_schema WHERE name = 'event_session_usage'")
    with paths.database().open("r+b") as file:
        file.seek((page["rootpage"] - 1) * 4096)
        file.write(b"\xff" * 4096)
    ingest()

    assert [len(rows) for rows in before.values()] == [2, 4]
    assert dump_facts("fact_build", "fact_build_step") == before
    assert_consistent()


@pytest.mark.parametrize(("rule", "count"), [("delete", 2), ("move", 3)])
def test_it_follows_when_two_repositories_become_one(
    rule: str, count: int, home: Path, sql: Path
) -> None:
    texts = [text.replace("unite: delete", f"unite: {rule}") for text in (BUILD, STEP)]
    if rule == "move":  # a row that stays cannot refer to a commit that is read again
        texts[0] = texts[0].replace(
            "commit_id INTEGER NOT NULL REFERENCES fact_commit (id),", "commit_id INTEGER,"
        )
    _write(sql, *texts)
    first, second = make_repo(home / "first"), make_repo(home / "second")
    first.change({"a.py": "x\n"})
    second.change({"b.py": "y\n"})
    first.git("remote", "add", "origin", "git@example.com:team/thing.git")
    for number, repo in enumerate((first, second), 2):
        _ingest(repo)
        _record_builds(repo, number)
    second.git("remote", "add", "origin", "git@example.com:team/thing.git")
    _ingest(second)

    assert [row["repository_key"] for row in select("SELECT * FROM metadata_repositories")] == [
        "git:example.com/team/thing"
    ]
    assert len(select("SELECT * FROM fact_build")) == count
    assert len(select("SELECT * FROM fact_build_step")) == 2 * count
    assert_consistent()


def test_aea_why_lists_it_for_its_commit(home: Path) -> None:
    repo = make_repo(home / "repo")
    sha = repo.change({"a.py": "x\n"})
    _ingest(repo)
    _record_builds(repo)
    found = json.loads(why.show(sha, 20, is_json=True))

    assert [row["build_key"] for row in found["fact_build"]] == ["0", "1"]
    assert {row["outcome"] for row in found["fact_build_step"]} == {"ok"}


def test_the_data_dictionary_describes_it(sql: Path) -> None:
    module = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    os.environ["AEA_HOME"] = str(sql.parent / "dictionary")
    page = module["data_dictionary"]()

    assert "### fact_build_step\n" in page
    assert "| outcome | text | ok, failed |" in page
    assert sqlfiles.read("fact", "fact_build").header("grain") in page
