"""Reflow: find lines that a formatter broke or joined, by the sum of their words.

Two blocks with equal sums have the same words in other lines (bits 23 to 8 of a line hash, aea/lines.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.lines import is_trivial, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAX_LINES = 40  # of either side: a formatter's change is local
_MAX_PIECES = 8  # of one broken line
_MAX_PAIRS = 256  # new lines by old ones: from here on equal sums may be chance


class Block(NamedTuple):
    """Lines `start` to before `end` of the new text have the words of `old_start` to before `old_end` of the old."""

    start: int
    end: int
    old_start: int
    old_end: int


def find_equal_blocks(new: Sequence[int], old: Sequence[int]) -> Iterator[Block]:
    """The blocks with equal words, counted from the first line of both."""
    if max(len(new), len(old)) > _MAX_LINES:
        return
    ends = {total: index for index, total in _totals(old)}
    start = old_start = 0
    for end, total in _totals(new):
        old_end = ends.get(total, 0)
        is_closing = end < len(new) and not words(new[end])  # a bracket below belongs to the block
        if old_end <= old_start or is_closing:
            continue
        if _is_nontrivial(new[start:end]) and _is_nontrivial(old[old_start:old_end]):
            yield Block(start, end, old_start, old_end)
        start, old_start = end, old_end


def find_rewrapped(new: Sequence[int], old: Sequence[int]) -> list[Block]:
    """The blocks of which a formatter broke or joined the lines, also between lines that are new.

    One line with the same words as one other has different signs: that is writing.
    """
    blocks = [block for block in find_equal_blocks(new, old) if not _is_single(block)]
    if blocks or len(new) * len(old) > _MAX_PAIRS:
        return blocks
    return [*_find_broken(new, old)] or [
        Block(block.old_start, block.old_end, block.start, block.end)
        for block in _find_broken(old, new)
    ]


def _is_single(block: Block) -> bool:
    return block.end - block.start == block.old_end - block.old_start == 1


def _find_broken(new: Sequence[int], old: Sequence[int]) -> Iterator[Block]:
    """Single old lines whose words are in several new ones, in order."""
    start = old_start = 0
    while start < len(new):
        places = {words(old[at]): at for at in range(len(old) - 1, old_start - 1, -1)}
        for count, total in _totals(new[start : start + _MAX_PIECES]):
            at = places.get(total)
            is_broken = count > 1 and words(new[start]) and not is_trivial(old[at or 0])
            if at is not None and is_broken and words(new[start + count - 1]):
                end = start + count
                while end < len(new) and not words(new[end]):
                    end += 1  # a bracket below belongs to the block
                yield Block(start, end, at, at + 1)
                start, old_start = end - 1, at + 1
                break
        start += 1


def _totals(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(number of lines, sum of their words so far)."""
    total = 0
    for index, line in enumerate(lines, 1):
        total = (total + words(line)) & 0xFFFF
        yield index, total


def _is_nontrivial(lines: Sequence[int]) -> bool:
    return any(not is_trivial(line) for line in lines)
