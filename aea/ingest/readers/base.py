"""The reader protocol: how the bytes of a source reach its parser, and how its cursor moves.

A reader is a module, not a class: `aea/ingest/readers/<storage>.py`, listed in `aea/ingest/readers/registry.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aea.ingest.run import IngestRun
    from aea.sources.base import Source
    from aea.store.write.cursors import Cursor

WHOLE_SOURCE = -1  # the offset of a problem that concerns the whole source instead of a line


class Reader(Protocol):
    """The reader for one kind of storage."""

    def read(self, run: IngestRun, source: Source, path: str, deadline: float | None) -> int:
        """Read everything that is new in a file. Returns the number of bytes read.

        Each step writes its facts and the cursor in one `run.step`. Between two steps the reader stops if
        `deadline` (clock.monotonic) has passed; the next call continues there. When everything is read, the
        cursor has the inode, size and mtime that `find_files` yields; before that, its size is smaller.
        OSError if the file cannot be read.
        """

    def still_holds(self, cursor: Cursor) -> bool:
        """Whether the file is there, readable, and holds everything that was read from it."""
