"""Lines of JSON as providers really write them: cut, checked, decoded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


def whole_lines(chunk: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """(offset, line without its line feed) of each non-blank line; `chunk` ends with a line feed."""
    start = 0
    while (end := chunk.find(b"\n", start)) >= 0:
        line = chunk[start:end]
        if line and not line.isspace():
            yield offset + start, line
        start = end + 1


def decode(line: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The typed value of a line; damaged text is repaired, damaged JSON raises ValueError.

    The fast path skips what the type does not name. The second path is for NUL bytes, a byte-order
    mark, bytes that are not UTF-8, lone surrogates and numbers written as text.
    """
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = line.decode("utf-8", "replace").replace("\x00", "").lstrip("\ufeff")
        value = json.loads(text)
        return msgspec.convert(value, decoder.type, strict=False)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def instant(stamp: str | None) -> int | None:
    """UTC milliseconds of an ISO time stamp (without a zone: UTC); None when it is none."""
    try:
        moment = datetime.fromisoformat(stamp or "")
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND
