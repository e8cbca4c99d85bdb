"""Replay: at which line numbers the lines of the latest writes are now, and which were removed again.

Writes are applied one after another, as the session's tool applied them. A line that a later write removed is no
evidence any more, unless a block of it comes back.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aea.pipeline.attribution.model import Write

SourceLine = tuple[int, int]  # index of a write, index of a line that it added


class _Block(NamedTuple):
    """Neighbouring lines of one write."""

    number: int  # line number of the first in the file
    length: int
    source: int  # index of the write
    line: int  # index of the first among the lines that the write added

    def part(self, start: int, end: int) -> _Block:
        """The lines with the numbers from `start` to before `end`."""
        skipped = start - self.number
        return _Block(start, end - start, self.source, self.line + skipped)


class Replay:
    """The state of a file after some writes, as far as they are known."""

    def __init__(self) -> None:
        self.removed: set[SourceLine] = set()
        self._blocks: list[_Block] = []  # in order of line numbers
        self._texts: dict[int, tuple[int, ...]] = {}
        self._present: dict[int, list[SourceLine]] = {}  # by content, oldest first

    def list_present(self) -> dict[int, SourceLine]:
        """The lines of writes that are in the file, by line number."""
        return {
            block.number + step: (block.source, block.line + step)
            for block in self._blocks
            for step in range(block.length)
        }

    def apply(self, source: int, write: Write) -> None:
        """Apply one more write; `source` is its index."""
        if write.is_whole:
            self._remove_all()
        elif write.removed_at is not None:
            self._remove_at(write.removed_at, write.removed)
        else:
            self._remove_found(write.removed)
        added = write.added_at or ()
        self._shift(write.removed_at or (), added)
        self._blocks = sorted([*self._blocks, *_blocks(source, added)])
        self._texts[source] = write.added
        for line, hashed in enumerate(write.added):
            self._present.setdefault(content(hashed), []).append((source, line))

    def _remove_all(self) -> None:
        for lines in self._present.values():
            self.removed.update(lines)
        self._present.clear()
        self._blocks.clear()

    def _remove_at(self, numbers: Sequence[int], removed: Sequence[int]) -> None:
        """Remove lines by number, where the removed text is the one expected there."""
        text = dict(zip(numbers, removed, strict=True))
        for block in self._blocks:
            for number in numbers[bisect_left(numbers, block.number) :]:
                if number >= block.number + block.length:
                    break
                self._remove(text[number], block.source, block.line + number - block.number)
        self._blocks = [part for block in self._blocks for part in _without(block, numbers)]

    def _remove_found(self, removed: Sequence[int]) -> None:
        """Remove lines by text: of equal lines the one whose next lines are removed, too; else the newest."""
        at = 0
        while at < len(removed):
            equal = self._present.get(content(removed[at]), ())
            best = max(((self._count_equal(removed, at, one), one) for one in equal), default=None)
            length, (source, line) = best or (1, (-1, 0))
            for step in range(length if best else 0):
                self._remove(removed[at + step], source, line + step)
            at += length

    def _count_equal(self, removed: Sequence[int], at: int, start: SourceLine) -> int:
        """The number of lines from `start` on that equal the removed lines from `at` on."""
        source, first = start
        text = self._texts[source]
        length = 0
        while (
            at + length < len(removed)
            and first + length < len(text)
            and content(text[first + length]) == content(removed[at + length])
            and (source, first + length) not in self.removed
        ):
            length += 1
        return length

    def _remove(self, hashed: int, source: int, line: int) -> None:
        present = self._present.get(content(hashed), [])
        if (source, line) in present:
            present.remove((source, line))
            self.removed.add((source, line))

    def _shift(self, removed: Sequence[int], added: Sequence[int]) -> None:
        """Renumber the other lines: minus the lines removed above them, plus those added above them."""
        moved: list[_Block] = []
        above = 0
        for block in self._blocks:
            number, length, source, line = block
            number -= bisect_left(removed, number)
            while length:
                while above < len(added) and added[above] - above <= number:
                    above += 1
                part = length
                if above < len(added):
                    part = min(length, added[above] - above - number)
                moved.append(_Block(number + above, part, source, line))
                number, length, line = number + part, length - part, line + part
        self._blocks = moved


def _without(block: _Block, numbers: Sequence[int]) -> Iterator[_Block]:
    """The parts of a block that stay when lines are removed."""
    start, end = block.number, block.number + block.length
    first, last = bisect_left(numbers, start), bisect_left(numbers, end)
    if first == last:
        yield block
        return
    for number in numbers[first:last]:
        if number > start:
            yield block.part(start, number)
        start = number + 1
    if start < end:
        yield block.part(start, end)


def _blocks(source: int, numbers: Sequence[int]) -> Iterator[_Block]:
    """The blocks of neighbouring line numbers."""
    start = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[index - 1] + 1:
            yield _Block(numbers[start], index - start, source, start)
            start = index


def replay(writes: Iterable[tuple[int, Write]]) -> Replay:
    """Apply writes, given oldest first, each with its index."""
    state = Replay()
    for source, write in writes:
        state.apply(source, write)
    return state
