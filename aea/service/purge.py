"""Remove what aea keeps in its data directory; whatever else lies there stays.

`AEA_HOME` may name a directory that others use too: /var has `backups` and `spool` of its own.
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
    """Whether there was anything of ours. A directory that still holds something stays."""
    files = [path for pattern in _FILES for path in data_dir.glob(pattern)]
    for path in files:
        path.unlink(missing_ok=True)
    for name in _DIRECTORIES:
        with suppress(OSError):
            os.rmdir(data_dir / name)
    return bool(files)
