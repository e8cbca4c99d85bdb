"""Parse so that a line which the parser cannot bear costs that line, not the file and not the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.records import Problem
from aea.sources.base import Parsed

if TYPE_CHECKING:
    from aea.sources.base import Source, State


def parse(source: Source, chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """`source.parse`, line by line when the whole fails: the line at fault becomes a problem."""
    try:
        return source.parse(chunk, offset, path, state)
    except Exception:
        return _line_by_line(source, chunk, offset, path, state)


def _line_by_line(source: Source, chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    total = Parsed([], [], [], [], [], [], {}, state)
    for line in _lines(chunk):
        try:
            parsed = source.parse(line, offset, path, total.state)
        except Exception as error:
            reason = f"the parser failed: {type(error).__name__}"
            total.problems.append(Problem(offset, reason))
        else:
            total = _joined(total, parsed)
        offset += len(line)
    return total


def _lines(chunk: bytes) -> list[bytes]:
    return [line + b"\n" for line in chunk.split(b"\n")[:-1]]


def _joined(total: Parsed, parsed: Parsed) -> Parsed:
    for mine, more in zip(total[:6], parsed[:6], strict=True):
        mine.extend(more)  # type: ignore[attr-defined]
    for name, count in parsed.unknown.items():
        total.unknown[name] = total.unknown.get(name, 0) + count
    return total._replace(state=parsed.state)
