"""A temporary home directory, in which a process does not see the user's settings or sessions."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOREIGN = ("CLAUDE", "CODEX", "XDG_", "GIT_", "AEA_HOME", "APPDATA", "LOCALAPPDATA")


def locations(home: Path) -> dict[str, str]:
    """Return the variables that locate sessions, settings and data, with paths below `home`."""
    return {
        "HOME": str(home),
        "AEA_HOME": str(home / "aea"),
        "CLAUDE_CONFIG_DIR": str(home / ".claude"),
        "CODEX_HOME": str(home / ".codex"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),  # no device: git renames over what it names
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a process in the temporary home."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return kept | locations(home) | _import_path()


def _import_path() -> dict[str, str]:
    """Let a child process import a checkout that is not installed."""
    root = Path(__file__).resolve().parents[2]
    if root.name in ("site-packages", "dist-packages"):
        return {}
    others = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": f"{root}{os.pathsep}{others}" if others else str(root)}


@contextmanager
def inside(home: Path) -> Iterator[None]:
    """Run this process in the temporary home for a while."""
    before = dict(os.environ)
    _replace_environment(environment(home))
    try:
        yield
    finally:
        _replace_environment(before)


def _replace_environment(variables: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)
