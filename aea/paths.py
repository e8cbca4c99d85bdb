"""Where things are: data, spool and shipped files. `AEA_HOME` overrides every path."""

from __future__ import annotations

import os
from pathlib import Path


def data_dir() -> Path:
    """The directory (0700) that holds the database, its backups, the spool and the locks."""
    override = os.environ.get("AEA_HOME")
    if override:
        return Path(override).expanduser().absolute()
    from platformdirs import user_data_path  # 13 ms: only when AEA_HOME does not say

    return user_data_path("aea", appauthor=False)


def database() -> Path:
    """The SQLite database."""
    return data_dir() / "aea.db"


def backups() -> Path:
    """The directory (0700) of snapshots, and of databases that were replaced."""
    return data_dir() / "backups"


def suspicion() -> Path:
    """The file that says: somebody met damage in the database."""
    return data_dir() / "suspect"


def spool() -> Path:
    """The file to which git hooks append one notice per event; the daemon watches its directory."""
    return data_dir() / "spool" / "notices"


def daemon_lock() -> Path:
    """Held by the daemon while it runs; says who holds it (see aea.control)."""
    return data_dir() / "daemon.lock"


def daemon_log() -> Path:
    """What the daemon writes about itself; older parts have a number behind the name."""
    return data_dir() / "logs" / "daemon.log"


def hook_script() -> Path:
    """The installed copy of our git hook: no virtual environment can take it away."""
    return data_dir() / "hook"


def home() -> Path:
    """The user's home directory, below which providers keep their sessions."""
    return Path(os.environ.get("HOME") or Path.home())


def storable(path: str) -> str:
    """The path as text that any database takes: bytes that are not UTF-8 become backslash escapes."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def shipped(kind: str) -> Path:
    """The folder `sql`, `hooks` or `packaging` as shipped: inside the wheel, or beside the package."""
    inside = Path(__file__).parent / kind
    return inside if inside.is_dir() else Path(__file__).parent.parent / kind
