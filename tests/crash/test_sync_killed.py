"""A sync that is killed while the forge answers, and goes on, equals one that was not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aea.forge import gitlab
from aea.ingest.forges import list_hosts, sync_all
from tests.crash.test_every_statement import Crash, Fuse, hooks, next_step
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.forge import Forge, serving
from tests.support.shop import make_shop

if TYPE_CHECKING:
    import pytest

__all__ = ["hooks"]  # a fixture
ROOT = Path(__file__).resolve().parents[2]
FACTS = ("fact_pull_request", "fact_pull_request_commit", "fact_commit_pull_lookup")


def start(forge: Forge) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "aea", forge.kind, "sync", "--quiet"],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | forge.environment(),
    )


def facts() -> dict[str, Any]:
    """What the forge told, without keys of this database and times of reading."""
    left_out = {"repository_id", "ingested_at", "next_at"}
    return {
        table: [
            {name: value for name, value in row.items() if name not in left_out}
            for row in select(f"SELECT * FROM {table}")
        ]
        for table in FACTS
    }


def test_kill_9_at_every_request(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEA_NOW_MS", "1800000000000")
    with serving("github") as forge:
        repo = make_shop(home, forge).repo
        monkeypatch.setenv("AEA_HOME", str(home / "clean"))
        ingest(directory=str(repo.directory))
        assert start(forge).wait() == 0
        whole, told, count = dump_events(), facts(), len(forge.asked)
        assert count > 10
        for number in range(1, count + 1, 2):
            monkeypatch.setenv("AEA_HOME", str(home / f"killed{number}"))
            ingest(directory=str(repo.directory))
            _sync_killed_at(forge, number)
            assert_consistent()
            assert start(forge).wait() == 0
            assert dump_events() == whole, number
            assert facts() == told, number
            assert_consistent()


def test_a_crash_at_every_statement(
    home: Path, monkeypatch: pytest.MonkeyPatch, hooks: list[object]
) -> None:
    monkeypatch.setenv("AEA_NOW_MS", "1800000000000")
    with serving("gitlab") as forge:
        repo = make_shop(home, forge).repo
        monkeypatch.setenv("AEA_HOME", str(home / "read"))
        ingest(directory=str(repo.directory))
        shutil.copytree(home / "read", home / "clean")
        monkeypatch.setenv("AEA_HOME", str(home / "clean"))
        _sync(forge)
        whole, told = dump_events(), facts()
        limit, crashed = 0, True
        while crashed:
            limit += next_step(limit, 5)
            shutil.copytree(home / "read", home / f"crash{limit}")
            monkeypatch.setenv("AEA_HOME", str(home / f"crash{limit}"))
            crashed = _sync_with_fuse(forge, limit, hooks)
            assert_consistent()
            _sync(forge)
            assert dump_events() == whole, limit
            assert facts() == told, limit
            assert_consistent()
        assert limit > 200


def _sync(forge: Forge) -> None:
    environ = forge.environment()
    (synced,) = sync_all(gitlab, list_hosts(gitlab, [forge.key], environ), environ)
    assert synced.fault is None


def _sync_with_fuse(forge: Forge, limit: int, hooks: list[object]) -> bool:
    fuse = Fuse(limit)
    hooks.append(fuse.on)
    try:
        _sync(forge)
    except Crash:
        return True
    finally:
        hooks.remove(fuse.on)
    return False


def _sync_killed_at(forge: Forge, number: int) -> None:
    """Killed when it has sent the request, before it is answered."""
    forge.asked.clear()
    process = start(forge)

    def kill(_: str) -> None:
        if len(forge.asked) == number:
            process.kill()

    forge.before = kill
    assert process.wait() == -9
    forge.before = lambda _: None
