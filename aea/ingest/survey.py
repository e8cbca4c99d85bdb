"""What has changed since it was read: looks at every source, reads none, writes nothing.

2,000 session files cost about 12 ms, so every report can afford it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from aea import paths
from aea.ingest import signature
from aea.sources.registry import SOURCES
from aea.store.write import cursors, repositories

if TYPE_CHECKING:
    from aea.sources.base import Source
    from aea.store.engine.db import Connection


class ChangedFile(NamedTuple):
    """A session file that is not as it was when last read."""

    source: Source
    path: str
    byte_size: int
    new_bytes: int  # what it gained; all of it when it is another file now
    mtime_ns: int


class Moved(NamedTuple):
    """A repository whose refs are not as they were when last read."""

    root: str
    is_new: bool  # its history was never read to the end


class Survey(NamedTuple):
    """What ingest has to do."""

    files: list[ChangedFile]  # the newest first: what a person just did matters most
    missing: list[tuple[str, str]]  # (provider, path) of sources that are gone
    repositories: list[Moved]
    spool_bytes: int  # notices not read yet

    def is_empty(self) -> bool:
        """Whether everything is up to date."""
        return not (self.files or self.missing or self.repositories or self.spool_bytes)


def survey(connection: Connection) -> Survey:
    """Compare every source with its cursor."""
    files: list[ChangedFile] = []
    missing: list[tuple[str, str]] = []
    for source in SOURCES:
        _survey_source(connection, source, files, missing)
    files.sort(key=lambda file: -file.mtime_ns)
    return Survey(files, missing, list_moved(connection), spool_bytes(connection))


def _survey_source(
    connection: Connection,
    source: Source,
    files: list[ChangedFile],
    missing: list[tuple[str, str]],
) -> None:
    seen = cursors.list_seen(connection, source.NAME)
    version = source.PARSER_VERSION
    for root in source.roots(paths.home(), dict(os.environ)):
        for path, inode, size, mtime_ns in source.find_files(root):
            known = seen.pop(paths.storable(path), None)
            if known != (inode, size, mtime_ns, version, 0):
                gained = size - _kept_bytes(known, inode, size, version)
                files.append(ChangedFile(source, path, size, gained, mtime_ns))
    for path, known in seen.items():
        if not cursors.Seen(*known).is_missing:
            missing.append((source.NAME, path))


def _kept_bytes(
    known: tuple[int, int, int, int, int] | None, inode: int, size: int, version: int
) -> int:
    """The bytes of a file that were read before; 0 if it is another file now, or the parser is another one."""
    if known is None:
        return 0
    seen = cursors.Seen(*known)
    is_same = seen.inode == inode and seen.byte_size <= size and seen.parser_version == version
    return seen.byte_size if is_same else 0


def list_moved(connection: Connection) -> list[Moved]:
    """Each known repository that is on this disk and whose refs moved since they were read."""
    read = {
        path: bytes(head).decode()
        for path, head in connection.execute(
            "SELECT source_path, head_hash FROM ingest_cursor WHERE provider = ?", (cursors.GIT,)
        )
    }
    places: dict[str, str] = {}
    for _, root in repositories.list_roots(connection):
        common_dir = signature.common_dir(root)
        if common_dir:
            places.setdefault(common_dir, root)
    return [
        Moved(root, not read.get(common_dir))
        for common_dir, root in places.items()
        if read.get(common_dir) != signature.of_repository(common_dir)
    ]


def spool_bytes(connection: Connection) -> int:
    """How much of the spool is not read yet."""
    waiting = 0
    for path in spool_files():
        try:
            size = os.stat(path).st_size
        except OSError:
            continue
        query = "SELECT byte_offset FROM ingest_cursor WHERE provider = ? AND source_path = ?"
        waiting += max(0, size - int(connection.execute(query, (cursors.SPOOL, path)).get or 0))
    return waiting


def spool_files() -> tuple[str, str]:
    """The spool that was put aside, and the one that hooks write to."""
    return f"{paths.spool()}.old", str(paths.spool())
