"""Cut a chunk of a JSON Lines file into lines, and a damaged line into records. `aea.sources.lenient` decodes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = " \t\r\n\x00\xef\xbb\xbf"  # also the bytes of a byte-order mark
_MOST_ATTEMPTS = 20_000  # a torn record has an opening brace for each object in it
_DECODER = json.JSONDecoder(strict=False)


def whole_lines(chunk: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """(offset, line without its line feed) of each line that is not blank; `chunk` ends with a line feed."""
    start = 0
    while (end := chunk.find(b"\n", start)) >= 0:
        line = chunk[start:end]
        if line and not line.isspace():
            yield offset + start, line
        start = end + 1


class Part(NamedTuple):
    """A part of a line, and where in the line it starts."""

    start: int
    data: bytes
    is_record: bool  # False: torn


def parts(line: bytes) -> list[Part]:
    """The records of a line that is not one, and what is torn between them.

    Writers that append at once lose the line feed between two records. One that is killed leaves the start of a
    record, and the next record follows it on the same line.
    """
    text = line.decode(
        "latin-1"
    )  # one character per byte: places in the text are places in the line
    found: list[Part] = []
    done = place = 0
    for _ in range(_MOST_ATTEMPTS):
        start = text.find('{"', place)
        if start < 0:
            break
        end = _end_of_object(text, start)
        if end < 0:
            break
        if end and (_skip_back(text, start) <= done or _is_record(text, start, end)):
            found += _torn(line, text, done, start)
            found.append(Part(start, line[start:end], is_record=True))
            done = end
        place = max(done, start + 1)
    found += _torn(line, text, done, len(text))
    return found or [Part(0, line, is_record=False)]


def _torn(line: bytes, text: str, start: int, end: int) -> list[Part]:
    is_blank = _skip_back(text, end) <= start
    return [] if is_blank else [Part(start, line[start:end], is_record=False)]


def _end_of_object(text: str, start: int) -> int:
    """Where the object ends that starts here; 0 if it does not end, -1 if it is too deep for any to be read."""
    try:
        return _DECODER.raw_decode(text, start)[1]
    except ValueError:
        return 0
    except RecursionError:
        return -1


def _is_record(text: str, start: int, end: int) -> bool:
    """Whether an object behind something torn is a record, and not a part of what is torn.

    A part is followed by more of the torn record, or it is the value of a field and has no time stamp.
    """
    before = text[_skip_back(text, start) - 1]
    while end < len(text) and text[end] in _BLANK:
        end += 1
    is_last = end == len(text) or text[end] == "{"
    return is_last and (before not in ":,[" or text.find('"timestamp"', start, end) >= 0)


def _skip_back(text: str, end: int) -> int:
    """The end of what is not blank before `end`."""
    while end and text[end - 1] in _BLANK:
        end -= 1
    return end
