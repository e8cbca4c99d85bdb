"""Cut a chunk of a JSON Lines file into lines. `aea.sources.lenient` decodes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def whole_lines(chunk: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """(offset, line without its line feed) of each line that is not blank; `chunk` ends with a line feed."""
    start = 0
    while (end := chunk.find(b"\n", start)) >= 0:
        line = chunk[start:end]
        if line and not line.isspace():
            yield offset + start, line
        start = end + 1
