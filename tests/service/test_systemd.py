"""The service under a real `systemd --user`: what a user does, and what befalls it."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from aea import control
from tests.support import daemons, systemd
from tests.support.database import assert_consistent, dump_events, ingest
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "{:08d}-0000-4000-8000-000000000000"


@pytest.fixture
def user(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[systemd.UserManager]:
    """A user who has logged in."""
    manager = systemd.make(home)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(manager.runtime))
    manager.start()
    try:
        yield manager
    finally:
        manager.stop()


def _pid() -> int:
    found = control.read_holder()
    return found.pid if found and daemons.is_up_to_date() else 0


def _grow(home: Path, prompts: int) -> None:
    session = ClaudeSession(NAME.format(1))
    for number in range(prompts):
        session.prompt("more").say("ok", number + 1)
    session.write(home)


def _service(*arguments: str) -> str:
    done = daemons.aea("service", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_life_of_a_service(user: systemd.UserManager, home: Path) -> None:
    unit = home / ".config" / "systemd" / "user" / "aea.service"
    _grow(home, 1)
    os.environ["PYTHONPATH"] = str(daemons.ROOT)
    assert "not installed" in daemons.aea("service", "status").stdout
    assert "starts at every login" in _service("install")
    drop_in = home / ".config" / "systemd" / "user" / "aea.service.d"
    drop_in.mkdir()
    (drop_in / "test.conf").write_text(
        "[Service]\nWatchdogSec=2\nRestartSec=100ms\nStartLimitBurst=50\n"
        f"Environment=PYTHONPATH={daemons.ROOT}\n"
    )
    _service("install")
    assert "running" in _service("status")
    daemons.until(_pid)

    for prompts, blow in ((2, signal.SIGKILL), (3, signal.SIGSTOP)):
        before = _pid()
        os.kill(before, blow)
        _grow(home, prompts)
        daemons.until(lambda: _pid() not in {0, before}, 40)  # noqa: B023

    _service("stop")
    assert control.request("status", 1) is None
    _grow(home, 4)
    _service("start")
    daemons.until(_pid)

    user.stop()
    assert control.request("status", 1) is None
    _grow(home, 5)
    user.start()
    daemons.until(_pid, 40)

    after = dump_events()
    assert_consistent()
    (drop_in / "test.conf").unlink()
    drop_in.rmdir()
    _service("uninstall")
    assert not [path for path in unit.parent.rglob("*") if not path.is_dir()]
    assert control.request("status", 1) is None
    os.environ["AEA_HOME"] = str(home / "clean")
    ingest()
    assert dump_events() == after


def test_without_a_session_the_reason_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "nothing"))
    done = daemons.aea("service", "install")
    assert done.returncode == 1
    assert "aea daemon run" in done.stderr
    assert not (home / ".config" / "systemd").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is on Linux")
def test_purge_removes_only_what_is_ours(home: Path) -> None:
    ClaudeSession(NAME.format(1)).prompt("hi").write(home)
    ingest()
    done = daemons.aea("service", "uninstall", "--purge", "--yes")
    assert done.returncode == 0, done.stderr
    assert not (home / "aea").exists()
    for name in ("precious", "spool/mail", "backups/photos.part", "logs/syslog"):
        (home / "aea" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "aea" / name).touch()
    theirs = sorted((home / "aea").rglob("*"))
    assert daemons.aea("service", "uninstall", "--purge", "--yes").returncode == 1
    assert sorted((home / "aea").rglob("*")) == theirs
    ingest()
    done = daemons.aea("service", "uninstall", "--purge", "--yes")
    assert "except for files that are not aea's" in done.stdout
    assert sorted((home / "aea").rglob("*")) == theirs
