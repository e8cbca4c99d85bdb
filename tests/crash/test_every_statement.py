"""Killed at any statement, nothing is lost or counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw
import pytest

from aea.ingest.catch_up import catch_up
from aea.ingest.readers import append
from tests.support.database import assert_consistent, dump_events, dump_facts, ingest
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Crash(BaseException):
    """Stands for a kill: nothing in the product catches it."""


class Fuse:
    """Raises at statement N of every connection together."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def __call__(self, *_: object) -> bool:
        self.left -= 1
        if self.left == 0:
            raise Crash
        return True

    def on(self, connection: apsw.Connection) -> None:
        """To be called for each new connection."""
        connection.exec_trace = self


@pytest.fixture
def hooks() -> Iterator[list[object]]:
    """Connection hooks that end with the test."""
    before = list(apsw.connection_hooks)
    yield apsw.connection_hooks
    apsw.connection_hooks[:] = before


def _world(home: Path) -> None:
    session = ClaudeSession("s1", cwd=str(home / "repo"))
    session.prompt("go").say("ok").edit(str(home / "repo" / "a.py"), "alpha = 1", "beta = 2")
    session.prompt("more").say("ok")
    session.write(home)
    if not (home / "repo").exists():
        repo = make_repo(home / "repo")
        repo.clock = START - 600
        repo.change({"a.py": "alpha = 1\n"})
        repo.clock = START + 600
        repo.change({"a.py": "beta = 2\n"}, "Beta (#4)\n\nMade-with: Cursor\n")
        repo.git("notes", "--ref=ai", "add", "-m", "a.py\n  s_1::t_1 1\n---\n{}")


def test_a_crash_at_every_statement_loses_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, hooks: list[object]
) -> None:
    monkeypatch.setattr(append, "CHUNK_BYTES", 700)  # several transactions for one file
    _world(home)
    monkeypatch.setenv("AEA_HOME", str(home / "clean"))
    ingest(directory=str(home / "repo"))
    clean, authorship = dump_events(), dump_facts("fact_commit_authorship")
    assert {name: len(rows) > 0 for name, rows in clean.items()} == dict.fromkeys(clean, True)
    assert len(authorship["fact_commit_authorship"]) == 2
    limit = 0
    crashed = True
    while crashed:
        limit += 1 + limit // 15  # every statement at first, then a growing step
        monkeypatch.setenv("AEA_HOME", str(home / f"crash{limit}"))
        crashed = _ingest_with_fuse(limit, home, hooks)
        ingest(directory=str(home / "repo"))
        assert dump_events() == clean, f"after a crash at statement {limit}"
        assert dump_facts("fact_commit_authorship") == authorship
        assert_consistent()

    assert limit > 100


def _ingest_with_fuse(limit: int, home: Path, hooks: list[object]) -> bool:
    fuse = Fuse(limit)
    hooks.append(fuse.on)
    try:
        catch_up(directory=str(home / "repo"))  # which creates the database, too
    except Crash:
        return True
    finally:
        hooks.remove(fuse.on)
    return False
