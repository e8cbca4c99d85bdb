"""What only a damaged database knew is merged into the one that replaced it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from aea import paths
from aea.reports import repos
from aea.store.engine import db
from aea.store.recovery import salvage, snapshots
from tests.support.database import assert_consistent, dump_events, dump_facts, ingest, select
from tests.support.repos import Repo, make_repo
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096


@pytest.fixture
def lost(home: Path) -> Path:
    """A snapshot that is older than sessions and a repository which are gone, and an alias."""
    ClaudeSession("before").prompt("hi").say("ho").write(home)
    ingest()
    repo = make_repo(home / "repo")
    for number in range(3):
        message = "change\n\nMade-with: Cursor\nEntire-Checkpoint: 0a1b2c3d4e5f\n"
        repo.change({"a.py": f"x = {number}\n", "b.py": f"y = {number}\n"}, message)
    repo.git("notes", "--ref=ai", "add", "-m", "a.py\n  s_1::t_1 1-2\n---\n{}")
    _every_kind_of_commit_fact(repo)
    kept = make_repo(home / "kept")
    kept.change({"c.py": "z\n"})
    files = [
        ClaudeSession("after", cwd=str(home / "repo"))
        .prompt("fix AEA-1")
        .say("ok", 500)
        .edit(str(home / "repo" / "a.py"), "x", "y\nz")
        .edit(str(home / "repo" / "a.py"), "x", "y", status="failed")
        .write(home),
        CodexSession("0199-codex", cwd="/gone/far")
        .prompt("go")
        .say("yes")
        .patch("/gone/far/n.py", "1")
        .write(home),
    ]
    ingest(directory=str(repo.directory))
    ingest(directory=str(kept.directory))
    repos.alias("/gone/far", str(kept.directory))
    for one in snapshots.list_snapshots(2**60)[:-1]:
        one.path.unlink()  # the alias made one
    for path in files:
        path.unlink()
    shutil.rmtree(repo.directory)
    return home


def _every_kind_of_commit_fact(repo: Repo) -> None:
    """A merged and deleted branch, a revert, an amended commit, a task that a message names."""
    repo.git("checkout", "-q", "-b", "AEA-1-feature")
    repo.change({"d.py": "d\n"}, "Feature\n\nTask: AEA-2")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branch 'AEA-1-feature'", "AEA-1-feature")
    repo.git("checkout", "-q", "-b", "AEA-3-later")
    repo.change({"e.py": "e\n"}, "later")
    repo.git("checkout", "-q", "main")
    ingest(directory=str(repo.directory))
    repo.git("branch", "-q", "-D", "AEA-3-later")
    repo.git("revert", "--no-edit", "HEAD~1")
    repo.git("commit", "-q", "--amend", "-m", "Revert it")


def _of_lost(facts: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without what is read again, and seen for the first time then."""
    return {name: [row for row in rows if "/kept" not in row] for name, rows in facts.items()}


def _damage(name: str) -> None:
    (row,) = select("SELECT rootpage FROM sqlite_schema WHERE name = ?", name)
    with paths.database().open("r+b") as file:
        file.seek((row["rootpage"] - 1) * PAGE)
        file.write(b"\xff" * PAGE)
    paths.suspicion().touch()


def test_nothing_is_lost_when_the_facts_can_be_read(
    lost: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, facts = dump_events(), dump_facts()
    roots = select("SELECT directory_path, resolved_by FROM metadata_directories WHERE is_root = 1")
    _damage("event_session_quality")
    ingest()

    assert dump_events() == before
    assert _of_lost(dump_facts()) == _of_lost(facts)
    assert sum(bool(rows) for rows in facts.values()) >= 14
    assert_consistent()
    again = "SELECT directory_path, resolved_by FROM metadata_directories WHERE is_root = 1"
    assert sorted(map(str, select(again))) == sorted(map(str, roots))
    assert "Recovered 3 sources that no longer exist" in capsys.readouterr().err


def test_nor_when_there_was_no_snapshot(lost: Path) -> None:
    before = dump_events()
    for one in snapshots.list_snapshots(2**60):
        one.path.unlink()
    _damage("event_session_quality")
    ingest()

    assert dump_events() == before
    assert_consistent()


def test_a_bad_page_costs_what_lies_on_it(lost: Path) -> None:
    _damage("fact_session_usage")
    ingest()

    assert_consistent()
    names = {row["session_id"] for row in select("SELECT session_id FROM metadata_sessions")}
    assert names == {"before", "after", "0199-codex"}
    calls = select("SELECT status FROM fact_session_tool_call WHERE status = 'failed'")
    assert len(calls) == 1


def test_a_value_that_no_row_may_have_costs_its_source(lost: Path) -> None:
    connection = db.open_writer()
    connection.execute("PRAGMA writable_schema = ON").fetchall()
    connection.execute(
        "UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT', ''), 'NOT NULL', '')"
        " WHERE name = 'fact_session_message'"
    )
    connection.close()
    connection = db.open_writer()
    connection.execute("UPDATE fact_session_message SET occurred_at = 'garbage' WHERE is_prompt")
    connection.close()
    _damage("event_session_quality")
    ingest()

    assert_consistent()
    names = {row["session_id"] for row in select("SELECT session_id FROM metadata_sessions")}
    assert names == {"before"}
    assert len(select("SELECT * FROM fact_commit")) == 9


def test_what_comes_back_is_read_again_and_counts_once(lost: Path) -> None:
    before = dump_events()
    _damage("event_session_quality")
    ingest()
    session = ClaudeSession("after", cwd=str(lost / "repo")).prompt("fix AEA-1").say("ok", 500)
    session.edit(str(lost / "repo" / "a.py"), "x", "y\nz")
    session.edit(str(lost / "repo" / "a.py"), "x", "y", status="failed").write(lost)
    ingest()

    assert dump_events() == before
    assert_consistent()


def test_a_kill_in_the_middle_does_not_forget_it(
    lost: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump_events()
    _damage("event_session_quality")
    with monkeypatch.context() as patch:
        patch.setattr(salvage, "read", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            ingest()
    ingest()

    assert dump_events() == before
    assert "unsalvaged" not in os.listdir(paths.backups())


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_another_schema_or_no_database_gives_nothing(lost: Path) -> None:
    connection = db.open_writer()
    connection.pragma("user_version", 1_000)
    connection.close()
    assert salvage.read(paths.database(), {}) == salvage.NOTHING
    paths.database().write_bytes(b"no database" * 1000)
    assert salvage.read(paths.database(), {}) == salvage.NOTHING
