"""undone.1: which lines of a session a later write of the same session removed.

A write that only moves, re-indents or replaces a line by itself removes nothing. Deleting the file removes all that
stands. A file that was moved starts anew under its new name: nothing of it is undone. Of a write whose lines are unknown
(an overwritten file of which the log has only the new text) nothing is said.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import content, hash_numbers, is_trivial

if TYPE_CHECKING:
    from collections.abc import Iterable


class Write(NamedTuple):
    """One accepted write, with stored line hashes."""

    is_known: bool  # the log tells its lines apart from those that were there before
    is_delete: bool
    is_moved_away: bool  # the write moved the file to another name
    added: bytes
    removed: bytes


class Undone(NamedTuple):
    """Lines of one session in one file."""

    lines_added: int
    lines_undone: int


def count_undone(writes: Iterable[Write]) -> Undone:
    """Count the lines that the writes to one file, in order, added and removed again."""
    standing: Counter[int] = Counter()
    added_count = undone_count = 0
    for write in writes:
        if write.is_moved_away:
            standing.clear()
        if write.is_moved_away or not write.is_known:
            continue
        added, removed = _lines(write.added), _lines(write.removed)
        gone = standing if write.is_delete else standing & (removed - added)
        undone_count += gone.total()
        standing = standing - gone + (added - removed)
        added_count += (added - removed).total()
    return Undone(added_count, undone_count)


def _lines(stored: bytes) -> Counter[int]:
    return Counter(content(line) for line in hash_numbers(stored) if not is_trivial(line))
