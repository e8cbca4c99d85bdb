"""Keep a line that crashes the parser from stopping the file or the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.records import Problem, nothing

if TYPE_CHECKING:
    from aea.records import Parsed, State
    from aea.sources.base import Source


def parse(source: Source, chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    """Call `source.parse`. If it raises, parse line by line: a line that raises becomes a problem."""
    try:
        return source.parse(chunk, offset, path, state)
    except Exception:
        return _line_by_line(source, chunk, offset, path, state)


def _line_by_line(source: Source, chunk: bytes, offset: int, path: str, state: State) -> Parsed:
    total = nothing(state)
    for line in _lines(chunk):
        try:
            parsed = source.parse(line, offset, path, total.state)
        except Exception as error:
            reason = f"the parser failed: {type(error).__name__}"
            total.problems.append(Problem(offset, reason))
        else:
            total = total.extend(parsed)
        offset += len(line)
    return total


def _lines(chunk: bytes) -> list[bytes]:
    return [line + b"\n" for line in chunk.split(b"\n")[:-1]]
