"""The reader for each kind of storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.ingest.readers import append
from aea.ingest.readers.base import WHOLE_SOURCE
from aea.paths import storable
from aea.records import Problem
from aea.store.write import cursors

if TYPE_CHECKING:
    from aea.ingest.readers.base import Reader
    from aea.ingest.run import IngestRun
    from aea.sources.base import Source, Storage

# "rewritten" and "sqlite" have no reader yet, because no provider uses them.
READERS: dict[Storage, Reader] = {"append": append}


def read(run: IngestRun, source: Source, path: str, deadline: float | None = None) -> int:
    """Read everything that is new in a file of a source; see `Reader.read`.

    A file that cannot be read becomes a problem, and the caller continues with the next file.
    """
    reader = reader_of(source)
    try:
        return reader.read(run, source, path, deadline)
    except OSError as error:
        _note_unreadable(run, source, path, error)
        return 0


def reader_of(source: Source) -> Reader:
    """The reader for the storage of a source; LookupError if there is none."""
    reader = READERS.get(source.STORAGE)
    if reader is None:
        known = ", ".join(READERS)
        raise LookupError(
            f"{source.NAME} has the storage {source.STORAGE!r}, and aea.ingest.readers.registry"
            f" has no reader for it, only for: {known}"
        )
    return reader


def _note_unreadable(run: IngestRun, source: Source, path: str, error: OSError) -> None:
    now = clock.now_ms()
    with run.step(0):
        cursor = cursors.find(run.connection, source.NAME, storable(path))
        if cursor is None:
            cursor = cursors.start(run.connection, source.NAME, storable(path), now)
        problem = Problem(WHOLE_SOURCE, f"cannot be read: {error.strerror or error}")
        cursors.write_problems(run.connection, cursor.source_id, [problem], now)
