r"""Jupyter notebooks: JSON whose cells hold the code as `source`, a text or a list of lines.

Only these are lines that somebody wrote: code, Markdown and raw cells of nbformat 4, and the same of nbformat 3, where
cells are in worksheets and code is called `input`. Outputs, images, metadata and execution counts are not. The layout of
the file (indented, minified, escaped) makes no difference. A file that is not quite JSON, as one with the marks of a
conflict, is read as far as possible.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STRING = rb'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_TOKEN = re.compile(_STRING + rb"|[\[\]{},:]")
_TEXTS = re.compile(_STRING)
_PART = re.compile(
    rb'\s*(?:"(?:source|input)"\s*:\s*)?\[?\s*(?P<texts>%s(?:\s*,\s*%s)*)\s*\]?\s*,?\s*'
    % (_STRING, _STRING)
)
_SOURCES = frozenset(
    {
        (b'"cells"', b'"source"'),
        (b'"worksheets"', b'"cells"', b'"source"'),
        (b'"worksheets"', b'"cells"', b'"input"'),
    }
)


class _Part(NamedTuple):
    """A JSON text of a source: all of it, or an element of its list."""

    number: int  # line in the stored file
    start: int  # byte at which the source starts
    token: bytes


def locate_sources(stored: bytes) -> list[tuple[bytes, int]]:
    """(line, number of the stored line where it begins) of all sources, in the order of the cells."""
    sources = groupby(_source_texts(stored), key=lambda part: part.start)
    return [line for _, parts in sources for line in _lines(parts)]


def read_part(lines: list[bytes]) -> list[bytes]:
    """The lines of sources among some stored lines: each text that stands alone, or behind `source`.

    What surrounds them is not known, so a text of an output may be among them.
    """
    found = []
    for line in lines:
        part = _PART.fullmatch(line)
        if part:
            found += text_lines(b"".join(map(_decoded, _TEXTS.findall(part["texts"]))))
    return found


def _lines(parts: Iterable[_Part]) -> Iterator[tuple[bytes, int]]:
    """The lines of one source. A line may continue in the next part."""
    rest, begun = b"", 0
    for part in parts:
        begun = begun if rest else part.number
        *whole, rest = (rest + _decoded(part.token)).split(b"\n")
        for line in whole:
            yield line, begun
            begun = part.number
    if rest:
        yield rest, begun


def _source_texts(stored: bytes) -> Iterator[_Part]:
    names: list[bytes] = []  # of the members that enclose this place; b"" for an element of a list
    kinds: list[bytes] = []  # [ or {
    name, start, number, at = b"", 0, 1, 0
    for token in _TOKEN.finditer(stored):
        sign, inside = token[0], kinds[-1:]
        if sign in b"{[":
            kinds.append(sign)
            names.append(name)
            name, start = b"", token.start()
        elif sign in b"}]":
            name = names.pop() if names else b""
            del kinds[-1:]
        elif sign == b",":
            name = b""
        elif sign != b":" and inside == [b"{"] and not name:
            name = sign
        elif sign != b":" and tuple(one for one in (*names, name) if one) in _SOURCES:
            number += stored.count(b"\n", at, token.start())
            at = token.start()
            yield _Part(number, start if inside == [b"["] else at, sign)


def _decoded(token: bytes) -> bytes:
    try:
        return str(json.loads(token, strict=False)).encode("utf-8", "surrogatepass")
    except ValueError:
        return b""
