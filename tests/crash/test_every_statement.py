"""Killed at any statement, nothing is lost or counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw
import pytest

from aea.ingest import catch_up
from aea.ingest.readers import append
from tests.support.database import assert_consistent, dump_events, dump_facts, ingest
from tests.support.depth import scaled
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


@pytest.fixture
def clean(home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """The events and the recorded authorship of an ingest that nothing stops."""
    monkeypatch.setattr(append, "CHUNK_BYTES", 700)  # several transactions for one file
    _world(home)
    monkeypatch.setenv("AEA_HOME", str(home / "clean"))
    ingest(directory=str(home / "repo"))
    events, authorship = dump_events(), dump_facts("fact_commit_authorship")
    assert {name: len(rows) > 0 for name, rows in events.items()} == dict.fromkeys(events, True)
    assert len(authorship["fact_commit_authorship"]) == 2
    return events, authorship


def test_a_crash_at_every_statement_of_an_ingest_loses_nothing(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    hooks: list[object],
    clean: tuple[object, object],
) -> None:
    limit, crashed = 0, True
    while crashed:
        limit += next_step(limit, 8)
        monkeypatch.setenv("AEA_HOME", str(home / f"crash{limit}"))
        crashed = _with_fuse(limit, hooks, lambda: ingest(directory=str(home / "repo")))
        _assert_nothing_is_lost(home, clean, limit)
    assert limit > 100


def test_a_crash_while_the_database_is_created_loses_nothing(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    hooks: list[object],
    clean: tuple[object, object],
) -> None:
    limit, crashed = 0, True
    while crashed:
        limit += next_step(limit, 4)
        monkeypatch.setenv("AEA_HOME", str(home / f"crash{limit}"))
        crashed = _with_fuse(limit, hooks, lambda: catch_up.open_database().close())
        _assert_nothing_is_lost(home, clean, limit)
    assert limit > 100


def _assert_nothing_is_lost(home: Path, clean: tuple[object, object], limit: int) -> None:
    ingest(directory=str(home / "repo"))
    found = dump_events(), dump_facts("fact_commit_authorship")
    assert found == clean, f"after a crash at statement {limit}"
    assert_consistent()


def next_step(limit: int, usual: int) -> int:
    """Every statement at first, then a growing step."""
    return 1 + limit // scaled(usual)


def _with_fuse(limit: int, hooks: list[object], work: Callable[[], object]) -> bool:
    """Whether the work was crashed at that statement."""
    fuse = Fuse(limit)
    hooks.append(fuse.on)
    try:
        work()
    except Crash:
        return True
    finally:
        hooks.remove(fuse.on)
    return False
