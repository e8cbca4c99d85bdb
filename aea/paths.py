"""Paths of the data directory, the spool and the shipped files. `AEA_HOME` overrides the data directory."""

from __future__ import annotations

import os
from pathlib import Path


def data_dir() -> Path:
    """The directory (0700) with the database, its backups, the spool and the locks."""
    override = os.environ.get("AEA_HOME")
    if override:
        return Path(override).expanduser().absolute()
    from platformdirs import user_data_path  # 13 ms: imported only if AEA_HOME is not set

    return user_data_path("aea", appauthor=False)


def database() -> Path:
    """The SQLite database."""
    return data_dir() / "aea.db"


def backups() -> Path:
    """The directory (0700) of snapshots and of replaced databases."""
    return data_dir() / "backups"


def suspicion() -> Path:
    """The file whose presence means that a process met damage in the database."""
    return data_dir() / "suspect"


def spool() -> Path:
    """The file to which git hooks append notices. The daemon watches its directory."""
    return data_dir() / "spool" / "notices"


def daemon_lock() -> Path:
    """The lock file that the daemon holds while it runs. It contains the holder (see aea.control)."""
    return data_dir() / "daemon.lock"


def daemon_log() -> Path:
    """The log of the daemon. Rotated parts have a numeric suffix."""
    return data_dir() / "logs" / "daemon.log"


def hook_script() -> Path:
    """The installed copy of the git hook, independent of any virtual environment."""
    return data_dir() / "hook"


def hook_record() -> Path:
    """The file that names the directories in which hooks were installed."""
    return data_dir() / "hooked"


def home() -> Path:
    """The home directory of the user, where providers keep their sessions."""
    return Path(os.environ.get("HOME") or Path.home())


def storable(path: str) -> str:
    """Return the path as text that can be stored. Bytes that are not UTF-8 become backslash escapes."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def shipped(kind: str) -> Path:
    """The directory `sql`, `hooks` or `packaging`, inside the wheel or beside the package in a checkout."""
    inside = Path(__file__).parent / kind
    return inside if inside.is_dir() else Path(__file__).parent.parent / kind
