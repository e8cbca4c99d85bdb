"""From the lines that git holds to the lines that were written, by the kind of file.

A transcript is Unicode text, and shows code as it was typed. Git holds bytes: in some encoding (`encoding.py`), or with
the code inside of another format (`notebook.py`). A kind of the second sort is one line of `_KINDS`: how to read a whole
file, and how to read some of its lines, as a patch has them.

Lines of such a file are numbered by what was written: line 5 of a notebook is the fifth line of its sources.
"""

from __future__ import annotations

from posixpath import splitext
from typing import TYPE_CHECKING, NamedTuple

from aea.forms import notebook
from aea.lines import text_lines

if TYPE_CHECKING:
    from collections.abc import Callable


class StoredLine(NamedTuple):
    """A line that was written, and where the file has it."""

    text: bytes
    number: int  # of the stored line where it begins, from 1


class _Kind(NamedTuple):
    locate: Callable[[bytes], list[tuple[bytes, int]]]
    part: Callable[[list[bytes]], list[bytes]]


_KINDS = {".ipynb": _Kind(notebook.locate_sources, notebook.read_part)}  # by extension
_EXTENSIONS = tuple(_KINDS)


def is_plain(path: str) -> bool:
    """Whether the lines of a file are written as they are stored."""
    return not path.lower().endswith(_EXTENSIONS)


def written_lines(path: str, stored: str | bytes) -> list[bytes]:
    """The lines that were written into a file, by the whole file as it is stored."""
    if is_plain(path):
        return text_lines(stored)
    return [line.text for line in located_lines(path, stored)]


def located_lines(path: str, stored: str | bytes) -> list[StoredLine]:
    """The same, with their places in the stored file. The file is not plain."""
    raw = stored.encode("utf-8", "surrogatepass") if isinstance(stored, str) else stored
    return [StoredLine(*line) for line in _kind(path).locate(raw)]


def written_part(path: str, stored: list[bytes]) -> list[bytes]:
    """The lines that were written, by some lines of a stored file."""
    return stored if is_plain(path) else _kind(path).part(stored)


def _kind(path: str) -> _Kind:
    return _KINDS[splitext(path)[1].lower()]
