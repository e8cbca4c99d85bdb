"""The numbers of the lines that differ between two texts, for kinds of files that git cannot compare."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_LIMIT = 3_000  # lines per side; a longer comparison takes seconds


class Difference(NamedTuple):
    """Line numbers, from 1."""

    removed: list[int]  # of the old text
    added: list[int]  # of the new text


def compare(old: Sequence[bytes], new: Sequence[bytes]) -> Difference:
    """Compare two texts. Between the ends that are equal, all lines of a very long text differ."""
    start, end = 0, 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    found = Difference([], [])
    for old_from, old_to, new_from, new_to in _places(before, after):
        found.removed.extend(range(start + old_from + 1, start + old_to + 1))
        found.added.extend(range(start + new_from + 1, start + new_to + 1))
    return found


def _places(before: Sequence[bytes], after: Sequence[bytes]) -> list[tuple[int, int, int, int]]:
    if not before or not after or max(len(before), len(after)) > _LIMIT:
        return [(0, len(before), 0, len(after))]
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(i1, i2, j1, j2) for tag, i1, i2, j1, j2 in codes if tag != "equal"]
