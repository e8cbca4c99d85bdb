"""Remove the files of aea from its data directory. Other files in it are kept.

`AEA_HOME` may name a directory that is used for other things, too: /var has its own `backups` and `spool`.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FILES = (
    "aea.db",
    "aea.db-*",
    "aea.db.part*",
    "aea-daemon.xml",
    "bug.log",
    "daemon.lock",
    "daemon.sock",
    "hook",
    "hooked",
    ".aea-*",
    "suspect",
    "writer.lock",
    "backups/damaged-*.db*",
    "backups/replaced-*.db*",
    "backups/schema-*.db*",
    "backups/snapshot-*.db*",
    "backups/tried",
    "backups/unsalvaged",
    "logs/daemon.log*",
    "spool/notices",
    "spool/notices.old",
    "spool/sync-*",
)
_DIRECTORIES = ("backups", "logs", "spool", ".")


def remove(data_dir: Path) -> bool:
    """Delete the files of aea and the directories that are empty then. Returns False if there was no such file."""
    files = [path for pattern in _FILES for path in data_dir.glob(pattern)]
    for path in files:
        path.unlink(missing_ok=True)
    for name in _DIRECTORIES:
        with suppress(OSError):
            os.rmdir(data_dir / name)
    return bool(files)
