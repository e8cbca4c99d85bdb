"""Read append-only files: the lines after the cursor, 8 MiB per step."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import msgspec

from aea import clock
from aea.ingest.readers.base import WHOLE_SOURCE
from aea.ingest.readers.guard import parse
from aea.paths import storable
from aea.records import Problem
from aea.sources import jsonl
from aea.store.write import cursors

if TYPE_CHECKING:
    from aea.ingest.run import IngestRun
    from aea.sources.base import Source
    from aea.store.write.cursors import Cursor

CHUNK_BYTES = 8 * 1024 * 1024
LINE_LIMIT_BYTES = 16 * 1024 * 1024  # a longer line is skipped and becomes a problem
_PRINT_BYTES = 1024
_SKIPPING = "skipping_from"  # in the stored state: the start of an overlong line not yet passed
_REPLACED = (
    "is_replaced"  # in the stored state: the file once held other lines, whose facts are kept
)


def read(run: IngestRun, source: Source, path: str, deadline: float | None) -> int:
    """Read the lines that were added to a file; see `Reader.read`."""
    with open(path, "rb", buffering=0, opener=_open_no_follow) as file:
        return _read_on(run, source, path, file, deadline)


def still_holds(cursor: Cursor) -> bool:
    """Whether the file still starts with the bytes that were read; see `Reader.still_holds`."""
    if cursor.parser_state.get(_REPLACED):
        return False
    try:
        with open(cursor.source_path, "rb", buffering=0, opener=_open_no_follow) as file:
            return _starts_as_read(file, cursor)
    except (OSError, ValueError):
        return False


def _open_no_follow(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC)


def _read_on(
    run: IngestRun, source: Source, path: str, file: BinaryIO, deadline: float | None
) -> int:
    cursor, envelope = _resume(run, source, path, file)
    taken = 0
    while True:
        cursor, gained, more = _step(run, source, path, file, cursor, envelope)
        envelope = cursor.parser_state
        taken += gained
        if not more or (deadline is not None and clock.monotonic() >= deadline):
            return taken


def _resume(
    run: IngestRun, source: Source, path: str, file: BinaryIO
) -> tuple[Cursor | None, dict[str, Any]]:
    """(where to go on, stored state); no cursor: at the start of the file."""
    cursor = cursors.find(run.connection, source.NAME, storable(path))
    if cursor is None:
        return None, {}
    if not _starts_as_read(file, cursor):
        return None, {_REPLACED: True}
    if cursor.parser_version == source.PARSER_VERSION:
        return cursor, cursor.parser_state
    if cursor.parser_state.get(_REPLACED):
        return None, {_REPLACED: True}
    if cursor.byte_size:  # the file was gone when all outdated facts were deleted, and is back
        run.forget_facts([cursor.source_id])
    return None, {}


def _starts_as_read(file: BinaryIO, cursor: Cursor) -> bool:
    """Whether the file only grew since it was read. If not, it is read from the start."""
    if os.fstat(file.fileno()).st_size < cursor.byte_offset:
        return False
    return _prints(file, cursor.byte_offset) == (cursor.head_hash, cursor.tail_hash)


def _prints(file: BinaryIO, offset: int) -> tuple[bytes, bytes]:
    length = min(_PRINT_BYTES, offset)
    head = _hash(_read_at(file, 0, length))
    return head, _hash(_read_at(file, offset - length, length))


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=8).digest() if data else b""


def _read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    """`length` bytes, or fewer at the end of the file. One call of `read` may return less."""
    file.seek(offset)
    parts = []
    while length > 0:
        part = file.read(length)
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


class _Piece(NamedTuple):
    """The bytes read at a cursor: whole lines, or a part of an overlong line."""

    taken: bytes
    tail: bytes = b""  # a last line that is complete except for its line feed
    problem: Problem | None = None
    skipping: int | None = None  # start of the overlong line in which the piece ends

    def is_parsed(self) -> bool:
        return bool(self.taken) and self.problem is None and self.skipping is None


def _step(
    run: IngestRun,
    source: Source,
    path: str,
    file: BinaryIO,
    cursor: Cursor | None,
    envelope: dict[str, Any],
) -> tuple[Cursor, int, bool]:
    """One chunk in one transaction: (cursor after it, bytes taken, whether there is more)."""
    offset = cursor.byte_offset if cursor else 0
    envelope = dict(envelope)
    stat = os.fstat(file.fileno())
    piece = _read_piece(file, offset, envelope.pop(_SKIPPING, None))
    end = offset + len(piece.taken)
    parsed = tail = None
    if piece.is_parsed():
        parsed = parse(source, piece.taken, offset, path, envelope.get("state", {}))
        envelope["state"] = parsed.state
    if piece.tail:
        tail = parse(source, piece.tail + b"\n", end, path, envelope.get("state", {}))
    if piece.skipping is not None:
        envelope[_SKIPPING] = piece.skipping
    head_hash, tail_hash = _prints(file, end)
    is_more = bool(piece.taken) and end < stat.st_size
    now = clock.now_ms()
    with run.step(len(piece.taken)):
        base = cursor or cursors.start(run.connection, source.NAME, storable(path), now)
        cursors.clear_problem(run.connection, base.source_id, WHOLE_SOURCE)
        if parsed is not None:
            run.writer.write(source.NAME, base.source_id, parsed, now)
            cursors.write_problems(run.connection, base.source_id, parsed.problems, now)
            cursors.count_unknown(run.connection, base.source_id, parsed.unknown)
        if tail is not None:  # the cursor stays before it until its line feed is written
            run.writer.write(source.NAME, base.source_id, tail, now)
        if piece.problem is not None:
            cursors.write_problems(run.connection, base.source_id, [piece.problem], now)
        after = base._replace(
            inode=stat.st_ino,
            byte_size=end if is_more else max(end, stat.st_size),  # smaller than the file: not done
            mtime_ns=stat.st_mtime_ns,
            byte_offset=end,
            head_hash=head_hash,
            tail_hash=tail_hash,
            parser_state=envelope,
            parser_version=source.PARSER_VERSION,
        )
        cursors.advance(run.connection, after, now)
    return after, len(piece.taken), is_more


def _read_piece(file: BinaryIO, offset: int, skipping: int | None) -> _Piece:
    size = CHUNK_BYTES
    while True:
        left = os.fstat(file.fileno()).st_size - offset
        chunk = _read_at(file, offset, min(size, left))  # a read of n bytes allocates n bytes
        if skipping is not None:
            return _skip(chunk, skipping)
        cut = chunk.rfind(b"\n") + 1
        if left <= size:
            return _Piece(chunk[:cut], _whole_tail(chunk[cut:]))
        if cut:
            return _Piece(chunk[:cut])
        if size >= LINE_LIMIT_BYTES:
            return _Piece(chunk, skipping=offset)
        size *= 2


def _skip(chunk: bytes, start: int) -> _Piece:
    cut = chunk.find(b"\n") + 1
    if not cut:
        return _Piece(chunk, skipping=start)
    reason = f"line longer than {LINE_LIMIT_BYTES} bytes: skipped"
    return _Piece(chunk[:cut], problem=Problem(start, reason))


def _whole_tail(tail: bytes) -> bytes:
    """A last line of complete JSON objects: a part of an object is never valid JSON."""
    if not tail.rstrip().endswith(b"}"):
        return b""
    try:
        msgspec.json.decode(tail, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return tail if all(part.is_record for part in jsonl.parts(tail)) else b""
    return tail
