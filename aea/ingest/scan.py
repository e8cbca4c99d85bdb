"""Scan all sources for changes, without reading or writing any of them.

2,000 session files take about 12 ms, so every report can afford a scan.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from aea import paths
from aea.ingest import repository_stat
from aea.sources.registry import SOURCES
from aea.store.engine.schema import count_waiting
from aea.store.write import cursors, repositories

if TYPE_CHECKING:
    from aea.sources.base import Source
    from aea.store.engine.db import Connection


class ChangedFile(NamedTuple):
    """A session file that has changed since it was read."""

    source: Source
    path: str
    byte_size: int
    new_bytes: int  # appended bytes, or the whole size if the file was replaced
    mtime_ns: int


class ChangedRepository(NamedTuple):
    """A repository whose refs have changed since they were read."""

    root: str
    is_new: bool  # its history has never been read completely


class Scan(NamedTuple):
    """The changes that ingest has to read."""

    files: list[ChangedFile]  # the newest first, because recent work matters most
    missing: list[tuple[str, str]]  # (provider, path) of sources that no longer exist
    repositories: list[ChangedRepository]
    unread_spool_bytes: int
    waiting_key_count: int  # rows that an earlier run left to be refreshed

    def is_empty(self) -> bool:
        """Return True if everything is up to date."""
        return not any(self)


def scan_sources(connection: Connection) -> Scan:
    """Compare every source with its cursor."""
    files: list[ChangedFile] = []
    missing: list[tuple[str, str]] = []
    for source in SOURCES:
        _scan_source(connection, source, files, missing)
    files.sort(key=lambda file: -file.mtime_ns)
    return Scan(
        files,
        missing,
        list_changed_repositories(connection),
        unread_spool_bytes(connection),
        count_waiting(connection),
    )


def _scan_source(
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
    """Return the bytes of a file that were read before: 0 if the file or the parser is another one now."""
    if known is None:
        return 0
    seen = cursors.Seen(*known)
    is_same = seen.inode == inode and seen.byte_size <= size and seen.parser_version == version
    return seen.byte_size if is_same else 0


def list_changed_repositories(connection: Connection) -> list[ChangedRepository]:
    """List the known repositories on this machine whose refs changed since they were read."""
    read = {
        path: bytes(head).decode()
        for path, head in connection.execute(
            "SELECT source_path, head_hash FROM ingest_cursor WHERE provider = ?", (cursors.GIT,)
        )
    }
    roots: dict[str, str] = {}
    for _, root in repositories.list_roots(connection):
        common_dir = repository_stat.find_common_dir(root)
        if common_dir:
            roots.setdefault(common_dir, root)
    return [
        ChangedRepository(root, not read.get(common_dir))
        for common_dir, root in roots.items()
        if read.get(common_dir) != repository_stat.fingerprint(common_dir)
    ]


def unread_spool_bytes(connection: Connection) -> int:
    """Return the size of the notices that have not been read."""
    unread = 0
    for path in spool_files():
        try:
            size = os.stat(path).st_size
        except OSError:
            continue
        query = "SELECT byte_offset FROM ingest_cursor WHERE provider = ? AND source_path = ?"
        unread += max(0, size - int(connection.execute(query, (cursors.SPOOL, path)).get or 0))
    return unread


def spool_files() -> tuple[str, str]:
    """Return the rotated spool and the one that hooks write to."""
    return f"{paths.spool()}.old", str(paths.spool())
