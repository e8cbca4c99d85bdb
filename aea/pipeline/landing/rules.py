"""Whether one commit holds what a branch changed in all: the lines it added and took away, net."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import is_trivial

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENOUGH = 0.8  # of the branch's lines; the mainline may have moved on meanwhile
_FEW = 5  # lines: all of fewer must be there


class Change(NamedTuple):
    """The lines of one file that a commit added and removed, by hash."""

    file_id: int
    old_file_id: int | None  # where the file was
    added: tuple[int, ...]
    removed: tuple[int, ...]


class Net:
    """What a chain of commits amounts to: per file, lines that are new and lines that are gone."""

    def __init__(self) -> None:
        self.added: dict[int, Counter[int]] = {}
        self.removed: dict[int, Counter[int]] = {}

    def take(self, changes: Iterable[Change]) -> None:
        """Apply the next commit of the chain."""
        for change in changes:
            for side in (self.added, self.removed):
                if change.old_file_id in side:
                    side.setdefault(change.file_id, Counter()).update(side.pop(change.old_file_id))
            _cancel(self.added, self.removed, change.file_id, change.removed)
            _cancel(self.removed, self.added, change.file_id, change.added)

    def lead_file(self) -> int | None:
        """The file with most lines: a commit that does not touch it is no squash of the chain."""
        sizes = Counter({file: lines.total() for file, lines in self.added.items()})
        sizes.update({file: lines.total() for file, lines in self.removed.items()})
        largest = sorted((-size, file) for file, size in sizes.items() if size)
        return largest[0][1] if largest else None

    def is_in(self, changes: Iterable[Change]) -> bool:
        """Whether one commit makes these changes, or nearly all of them."""
        wanted, found = self._found_in(changes)
        return wanted > 0 and found >= wanted * (_ENOUGH if wanted >= _FEW else 1)

    def _found_in(self, changes: Iterable[Change]) -> tuple[int, int]:
        """(lines wanted, lines found), trivial ones only where there are no others."""
        there = Net()
        there.take(changes)
        pairs = [
            (lines, other.get(file, Counter()))
            for mine, other in ((self.added, there.added), (self.removed, there.removed))
            for file, lines in mine.items()
        ]
        told = _overlap(pairs, counts_trivial=False)
        return told if told[0] else _overlap(pairs, counts_trivial=True)


def meaningful(changes: Iterable[Change], file_id: int) -> frozenset[int]:
    """The lines of one file that a commit adds or takes away, without trivial ones."""
    lines = (
        line
        for change in changes
        if change.file_id == file_id
        for line in change.added + change.removed
    )
    return frozenset(line for line in lines if not is_trivial(line))


def _cancel(
    first: dict[int, Counter[int]],
    second: dict[int, Counter[int]],
    file_id: int,
    lines: Iterable[int],
) -> None:
    """A line that came and went again never was; any other is counted on the second side."""
    known = first.get(file_id, Counter())
    for line in lines:
        if known[line] > 0:
            known[line] -= 1
        else:
            second.setdefault(file_id, Counter())[line] += 1


def _overlap(
    pairs: Iterable[tuple[Counter[int], Counter[int]]], *, counts_trivial: bool
) -> tuple[int, int]:
    """(lines wanted, lines found)."""
    wanted = found = 0
    for lines, other in pairs:
        for line, count in lines.items():
            if counts_trivial or not is_trivial(line):
                wanted += count
                found += min(count, other[line])
    return wanted, found
