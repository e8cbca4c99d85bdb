"""Reflow: lines that a formatter broke or joined, told by the sum of their words.

Between two lines of one owner, the open lines of the commit are compared with the lines that their write
has at that place. Where the sums agree, the same words stand there in other lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.lines import is_trivial, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAX_LINES = 40  # of a gap: a formatter's work is local


class Block(NamedTuple):
    """Lines `start` to `end` of the new text say what lines `old_start` to `old_end` of the old one say."""

    start: int
    end: int
    old_start: int
    old_end: int


def equal_blocks(new: Sequence[int], old: Sequence[int]) -> Iterator[Block]:
    """The blocks whose words agree, counted from the first line of both."""
    if max(len(new), len(old)) > _MAX_LINES:
        return
    ends = {total: index for index, total in _totals(old)}
    start = old_start = 0
    for end, total in _totals(new):
        old_end = ends.get(total, 0)
        is_closing = end < len(new) and not words(new[end])  # a bracket after it is still its own
        if old_end <= old_start or is_closing:
            continue
        if _says_something(new[start:end]) and _says_something(old[old_start:old_end]):
            yield Block(start, end, old_start, old_end)
        start, old_start = end, old_end


def _totals(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(how many lines, sum of their words so far)."""
    total = 0
    for index, line in enumerate(lines, 1):
        total = (total + words(line)) & 0xFFFF
        yield index, total


def _says_something(lines: Sequence[int]) -> bool:
    return any(not is_trivial(line) for line in lines)
