"""A session file that Codex has compressed with Zstandard.

It is decoded once to learn its size and again to read it, with a window of the bytes that may be asked for again. Nothing
decoded is written to a disk. What a call decodes is bounded by feeding the decoder little at a time, and the whole by
LIMIT_BYTES: a few bytes may stand for gigabytes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_BYTES = 4 * 1024 * 1024 * 1024  # of decoded bytes
_FED_BYTES = 1024  # at most 32 MiB when decoded: a block of 4 bytes holds up to 128 KiB
_KEPT_BYTES = 1024  # before the last offset, and at the start of the file


class CompressedContent:
    """A compressed file. One that ends too early, or is damaged, has the bytes before the fault."""

    is_compressed = True

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.fault: str | None = None
        self._size = 0
        self._head = b""
        for part in self._decoded():
            self._head += part[: _KEPT_BYTES - len(self._head)]
            self._size += len(part)
        self._restart()

    def _restart(self) -> None:
        self._parts = self._decoded()
        self._start = 0  # offset of the window
        self._window = bytearray()

    def status(self) -> os.stat_result:
        """The status of the file as it is on disk."""
        return os.fstat(self._file.fileno())

    def size(self) -> int:
        """The number of plain bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` plain bytes, or fewer at the end."""
        end = min(offset + length, self._size)
        if end <= len(self._head):
            return self._head[offset:end]
        if offset < self._start:
            self._restart()
        while self._start + len(self._window) < end:
            self._forget(offset - _KEPT_BYTES)
            part = next(self._parts, b"")
            if not part:
                break
            self._window += part
        return bytes(self._window[offset - self._start : end - self._start])

    def _forget(self, offset: int) -> None:
        """Drop what the window holds before an offset."""
        count = min(max(0, offset - self._start), len(self._window))
        if count:
            del self._window[:count]
            self._start += count

    def _decoded(self) -> Iterator[bytes]:
        """The plain bytes of all frames, in parts; `fault` says why they end too early."""
        try:
            from zstandard import ZstdDecompressor, ZstdError
        except ImportError as error:
            raise OSError("compressed, and the package zstandard is not installed") from error
        total = 0
        frame = ZstdDecompressor().decompressobj()
        is_inside = False
        self._file.seek(0)
        try:
            while data := self._file.read(_FED_BYTES):
                while data:
                    part = frame.decompress(data)
                    total += len(part)
                    if total > LIMIT_BYTES:
                        self.fault = (
                            f"decodes to more than {LIMIT_BYTES} bytes: the rest is not read"
                        )
                        return
                    if part:
                        yield part
                    is_inside = not frame.eof
                    data = frame.unused_data if frame.eof else b""
                    if frame.eof:
                        frame = ZstdDecompressor().decompressobj()
        except ZstdError:
            self.fault = "compressed data is damaged: the rest is not read"
            return
        if is_inside:
            self.fault = "compressed data ends too early"

    def close(self) -> None:
        """Close the file."""
        self._file.close()
