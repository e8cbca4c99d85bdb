"""Read append-only files: the lines after the cursor, 8 MiB per step."""

from __future__ import annotations

from contextlib import closing
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from aea import clock
from aea.ingest.readers.base import WHOLE_SOURCE
from aea.ingest.readers.content import open_content
from aea.ingest.readers.guard import parse
from aea.paths import storable
from aea.records import Problem
from aea.sources import jsonl
from aea.store.write import cursors

if TYPE_CHECKING:
    from aea.ingest.readers.content import Content
    from aea.ingest.run import IngestRun
    from aea.sources.base import Source
    from aea.store.write.cursors import Cursor

CHUNK_BYTES = 8 * 1024 * 1024
LINE_LIMIT_BYTES = 16 * 1024 * 1024  # a longer line is skipped and becomes a problem
_PRINT_BYTES = 1024
_SKIPPING = "skipping_from"  # in the stored state: the start of an overlong line not yet passed
_COMPRESSED = "is_compressed"  # in the stored state: sizes are those of the compressed file
_REPLACED = (
    "is_replaced"  # in the stored state: the file once held other lines, whose facts are kept
)


def read(run: IngestRun, source: Source, path: str, deadline: float | None) -> int:
    """Read the lines that were added to a file; see `Reader.read`."""
    with closing(open_content(path)) as content:
        return _read_on(run, source, path, content, deadline)


def still_holds(cursor: Cursor) -> bool:
    """Whether the file still starts with the bytes that were read; see `Reader.still_holds`."""
    if cursor.parser_state.get(_REPLACED):
        return False
    try:
        with closing(open_content(cursor.source_path)) as content:
            return _starts_as_read(content, cursor)
    except (OSError, ValueError):
        return False


def _read_on(
    run: IngestRun, source: Source, path: str, content: Content, deadline: float | None
) -> int:
    cursor, envelope = _resume(run, source, path, content)
    taken = 0
    while True:
        cursor, gained, more = _step(run, source, path, content, cursor, envelope)
        envelope = cursor.parser_state
        taken += gained
        if not more or (deadline is not None and clock.monotonic() >= deadline):
            return taken


def _resume(
    run: IngestRun, source: Source, path: str, content: Content
) -> tuple[Cursor | None, dict[str, Any]]:
    """(where to go on, stored state); no cursor: at the start of the file."""
    cursor = cursors.find(run.connection, source.NAME, storable(path))
    if cursor is None:
        return None, {}
    is_current = cursor.parser_version == source.PARSER_VERSION
    if is_current and _is_damaged_part(content, cursor):
        return cursor, cursor.parser_state
    if not _starts_as_read(content, cursor):
        return None, {_REPLACED: True}
    if is_current:
        return cursor, cursor.parser_state
    if cursor.parser_state.get(_REPLACED):
        return None, {_REPLACED: True}
    if cursor.byte_size:  # the file was gone when all outdated facts were deleted, and is back
        run.forget_facts([cursor.source_id])
    return None, {}


def _starts_as_read(content: Content, cursor: Cursor) -> bool:
    """Whether the file only grew since it was read. If not, it is read from the start."""
    if content.size() < cursor.byte_offset:
        return False
    return _prints(content, cursor.byte_offset) == (cursor.head_hash, cursor.tail_hash)


def _is_damaged_part(content: Content, cursor: Cursor) -> bool:
    """Whether the file is damaged, and what is left of it may be the start of what was read."""
    size = content.size()
    if content.fault is None or size >= cursor.byte_offset:
        return False
    return size < _PRINT_BYTES or _prints(content, size)[0] == cursor.head_hash


def _prints(content: Content, offset: int) -> tuple[bytes, bytes]:
    length = min(_PRINT_BYTES, offset)
    head = _hash(content.read_at(0, length))
    return head, _hash(content.read_at(offset - length, length))


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=8).digest() if data else b""


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
    content: Content,
    cursor: Cursor | None,
    envelope: dict[str, Any],
) -> tuple[Cursor, int, bool]:
    """One chunk in one transaction: (cursor after it, bytes taken, whether there is more)."""
    offset = cursor.byte_offset if cursor else 0
    envelope = _envelope(envelope, content)
    status, size = content.status(), content.size()
    piece = _read_piece(content, offset, envelope.pop(_SKIPPING, None))
    end = offset + len(piece.taken)
    parsed = tail = None
    if piece.is_parsed():
        parsed = parse(source, piece.taken, offset, path, envelope.get("state", {}))
        envelope["state"] = parsed.state
    if piece.tail:
        tail = parse(source, piece.tail + b"\n", end, path, envelope.get("state", {}))
    if piece.skipping is not None:
        envelope[_SKIPPING] = piece.skipping
    is_more = bool(piece.taken) and end < size
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
        cursors.write_problems(run.connection, base.source_id, _problems(content, piece), now)
        after = base._replace(
            inode=status.st_ino,
            byte_size=_size_read(content, status.st_size, end, is_more=is_more),
            mtime_ns=status.st_mtime_ns,
            byte_offset=end,
            parser_state=envelope,
            parser_version=source.PARSER_VERSION,
        )
        if content.fault is None or end <= size:  # else it holds less than was read before
            after = after._replace(**_prints_of(content, end))
        cursors.advance(run.connection, after, now)
    return after, len(piece.taken), is_more


def _envelope(stored: dict[str, Any], content: Content) -> dict[str, Any]:
    kept = {name: value for name, value in stored.items() if name != _COMPRESSED}
    return kept | {_COMPRESSED: True} if content.is_compressed else kept


def _problems(content: Content, piece: _Piece) -> list[Problem]:
    fault = None if content.fault is None else Problem(WHOLE_SOURCE, content.fault)
    return [problem for problem in (piece.problem, fault) if problem is not None]


def _prints_of(content: Content, offset: int) -> dict[str, Any]:
    return dict(zip(("head_hash", "tail_hash"), _prints(content, offset), strict=True))


def _size_read(content: Content, size: int, end: int, *, is_more: bool) -> int:
    """The size on disk that was read to its end; smaller than the file: not done."""
    if is_more:
        return min(end, size - 1)
    return size if content.is_compressed else max(end, size)


def _read_piece(content: Content, offset: int, skipping: int | None) -> _Piece:
    size = CHUNK_BYTES
    while True:
        left = max(0, content.size() - offset)
        chunk = content.read_at(offset, min(size, left))  # a read of n bytes allocates n bytes
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
