"""Every test has a home of its own; none sees the user's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support import depth
from tests.support.repos import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

depth.load()
_FOREIGN = (
    "CLAUDE_CONFIG_DIR",
    "CLAUDE_PROJECTS_DIR",
    "CODEX_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",  # the sockets of daemons and of systemd
    "DBUS_SESSION_BUS_ADDRESS",
    "NOTIFY_SOCKET",
    "WATCHDOG_USEC",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_WORK_TREE",
    "AEA_NOW_MS",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with git settings and aea data in it; the current directory is outside repositories."""
    before = dict(os.environ)
    place = tmp_path / "home"
    place.mkdir()
    (place / "gitconfig").touch()
    for name in _FOREIGN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("AEA_HOME", str(place / "aea"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(place / "gitconfig"))
    for name, value in environment().items():
        if name.startswith("GIT_CONFIG_"):
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(place)
    yield place
    os.environ.clear()
    os.environ.update(before)
