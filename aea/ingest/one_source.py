"""Read one session file or one repository, up to a deadline."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from aea import paths
from aea.ingest import repository_stat
from aea.sources import twins
from aea.store.write import cursors

if TYPE_CHECKING:
    from aea.ingest.run import IngestRun
    from aea.sources.base import Source


def read_session(run: IngestRun, source: Source, path: str, deadline: float) -> bool:
    """Read what is new in a session file. Returns False if the deadline passed before its end.

    A removed file is marked as missing. An unchanged file costs two look-ups.
    """
    from aea.ingest.readers import registry  # imports msgspec, 20 ms

    seen = cursors.seen(run.connection, source.NAME, paths.storable(path))
    try:
        found = twins.lstat(path)
    except OSError:
        if seen is not None:
            with run.step(0):
                cursors.mark_missing(run.connection, source.NAME, [paths.storable(path)])
        return True
    now = (found.st_ino, found.st_size, found.st_mtime_ns, source.PARSER_VERSION, 0)
    if not stat.S_ISREG(found.st_mode) or seen == now:
        return True
    if not registry.read(run, source, path, deadline):
        return True
    seen = cursors.seen(run.connection, source.NAME, paths.storable(path))
    return seen is not None and seen.byte_size >= found.st_size


def read_repository(run: IngestRun, root: str, deadline: float) -> bool:
    """Read what is new in a repository. Returns False if the deadline passed before its end."""
    from aea.ingest.commits import ingest_repository

    common_dir = repository_stat.find_common_dir(root)
    if common_dir is None:
        return True
    cursor = cursors.find(run.connection, cursors.GIT, common_dir)
    if (
        cursor
        and cursor.parser_version == repository_stat.READER_VERSION
        and bytes(cursor.head_hash).decode() == repository_stat.fingerprint(common_dir)
    ):
        return True
    # the git command instead of pygit2 saves 25 MB in a long-running process
    result = ingest_repository(run, root, deadline=deadline, prefer_command=True)
    return result is None or result.is_complete
