"""The source protocol: how the files of a provider are found and how their bytes become records.

A source is a module, not a class: `aea/sources/<format>/<provider>.py`, listed in `aea/sources/registry.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aea.records import Parsed, State

Storage = Literal[
    "append",  # lines are only added; the cursor is a byte offset
    "rewritten",  # a change writes the whole file again; the cursor is its size, time and hash
    "sqlite",  # rows change in place; the cursor is the greatest update time
]


class Source(Protocol):
    """One provider. All functions except `roots` and `find_files` are pure."""

    NAME: str  # the provider, as in the database and in `--provider`
    STORAGE: Storage  # selects the reader (aea/ingest/readers)
    PARSER_VERSION: int  # a greater number makes ingest read every file again
    OTHER_FOLDERS: frozenset[str]  # names of folders below a root that hold no sessions

    def roots(self, home: Path, environ: dict[str, str]) -> list[Path]:
        """The directories that may hold sessions, whether they exist or not."""

    def find_files(self, root: Path) -> Iterator[tuple[str, int, int, int]]:
        """(path, inode, size, mtime_ns) of each session file below a root; see aea.sources.tree.

        A compressed file has the path of its plain form (aea.sources.twins) and the size of its own.
        """

    def is_session(self, path: str) -> bool:
        """Whether `find_files` yields a regular file with this path below a root."""

    def parse(self, chunk: bytes, offset: int, path: str, state: State) -> Parsed:
        """The records of `chunk`: whole lines, the first of which starts at byte `offset`.

        `state` is the one that the call for the preceding bytes returned, {} at the start of the file.
        """
