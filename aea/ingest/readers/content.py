"""The bytes of a session file, plain or compressed. Offsets are those of the plain bytes."""

from __future__ import annotations

import os
from typing import BinaryIO, Protocol

from aea.sources import twins


class Content(Protocol):
    """An open session file."""

    is_compressed: bool
    fault: str | None  # why the bytes end too early

    def status(self) -> os.stat_result:
        """The status of the file as it is on disk."""

    def size(self) -> int:
        """The number of plain bytes."""

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` plain bytes, or fewer at the end."""

    def close(self) -> None:
        """Close the file."""


def open_content(path: str) -> Content:
    """The content of a session file, else of its compressed form; OSError if neither can be read."""
    try:
        return PlainContent(open_file(path))
    except FileNotFoundError:
        file = open_file(path + twins.SUFFIX)
    from aea.ingest.readers.compressed import CompressedContent  # 10 ms, rarely needed

    try:
        return CompressedContent(file)
    except BaseException:
        file.close()
        raise


def open_file(path: str) -> BinaryIO:
    """Open a file for reading. A link in its place is refused with OSError."""
    return open(path, "rb", buffering=0, opener=_no_follow)


def _no_follow(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC)


class PlainContent:
    """A plain file. It may grow while it is read."""

    is_compressed = False
    fault: str | None = None

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def status(self) -> os.stat_result:
        """The status of the file as it is on disk."""
        return os.fstat(self._file.fileno())

    def size(self) -> int:
        """The number of plain bytes."""
        return self.status().st_size

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` plain bytes, or fewer at the end. One call of `read` may return less."""
        self._file.seek(offset)
        parts = []
        while length > 0:
            part = self._file.read(length)
            if not part:
                break
            parts.append(part)
            length -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
