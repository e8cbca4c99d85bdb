"""Replay: where the lines of the latest writes stand in the file now, and which are gone again.

Writes that record line numbers are applied one after another, as the session's tool applied them. A line
that a later write took away is dead: it is nobody's evidence any more, unless a block of it comes back.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aea.pipeline.attribution.model import Written

Place = tuple[int, int]  # index of a write, index of a line it added


class _Block(NamedTuple):
    """Lines of one write that stand together."""

    number: int  # line number of the first
    length: int
    source: int
    place: int

    def part(self, start: int, end: int) -> _Block:
        """The lines from the one with number `start` to the one before `end`."""
        skipped = start - self.number
        return _Block(start, end - start, self.source, self.place + skipped)


class Replay:
    """What the writes left behind."""

    def __init__(self) -> None:
        self.dead: set[Place] = set()
        self._blocks: list[_Block] = []  # in order of line numbers
        self._texts: dict[int, tuple[int, ...]] = {}
        self._alive: dict[int, list[Place]] = {}  # by content, oldest first

    def standing(self) -> dict[int, Place]:
        """Which line stands at which number."""
        return {
            block.number + step: (block.source, block.place + step)
            for block in self._blocks
            for step in range(block.length)
        }

    def take(self, source: int, write: Written) -> None:
        """Apply one more write; `source` is how it is named."""
        if write.is_whole:
            self._drop_all()
        elif write.removed_at is not None:
            self._remove_at(write.removed_at, write.removed)
        else:
            self._remove_found(write.removed)
        added = write.added_at or ()
        self._shift(write.removed_at or (), added)
        self._blocks = sorted([*self._blocks, *_blocks(source, added)])
        self._texts[source] = write.added
        for place, line in enumerate(write.added):
            self._alive.setdefault(content(line), []).append((source, place))

    def _drop_all(self) -> None:
        for places in self._alive.values():
            self.dead.update(places)
        self._alive.clear()
        self._blocks.clear()

    def _remove_at(self, numbers: Sequence[int], removed: Sequence[int]) -> None:
        """Only if the line that went is the one we thought stood there."""
        went = dict(zip(numbers, removed, strict=True))
        for block in self._blocks:
            for number in numbers[bisect_left(numbers, block.number) :]:
                if number >= block.number + block.length:
                    break
                self._kill(went[number], block.source, block.place + number - block.number)
        self._blocks = [part for block in self._blocks for part in _without(block, numbers)]

    def _remove_found(self, removed: Sequence[int]) -> None:
        """No line numbers: of equal lines, those go that what follows agrees with; else the newest."""
        at = 0
        while at < len(removed):
            places = self._alive.get(content(removed[at]), ())
            best = max(
                ((self._agreeing(removed, at, place), place) for place in places), default=None
            )
            length, (source, place) = best or (1, (-1, 0))
            for step in range(length if best else 0):
                self._kill(removed[at + step], source, place + step)
            at += length

    def _agreeing(self, removed: Sequence[int], at: int, place: Place) -> int:
        """How many lines from `place` on are those that were removed."""
        source, first = place
        text = self._texts[source]
        length = 0
        while (
            at + length < len(removed)
            and first + length < len(text)
            and content(text[first + length]) == content(removed[at + length])
            and (source, first + length) not in self.dead
        ):
            length += 1
        return length

    def _kill(self, line: int, source: int, place: int) -> None:
        places = self._alive.get(content(line), [])
        if (source, place) in places:
            places.remove((source, place))
            self.dead.add((source, place))

    def _shift(self, removed: Sequence[int], added: Sequence[int]) -> None:
        """New numbers for what stays: less what went before it, more what came before it."""
        moved: list[_Block] = []
        come = 0
        for block in self._blocks:
            number, length, source, place = block
            number -= bisect_left(removed, number)
            while length:
                while come < len(added) and added[come] - come <= number:
                    come += 1
                taken = length
                if come < len(added):
                    taken = min(length, added[come] - come - number)
                moved.append(_Block(number + come, taken, source, place))
                number, length, place = number + taken, length - taken, place + taken
        self._blocks = moved


def _without(block: _Block, numbers: Sequence[int]) -> Iterator[_Block]:
    """What stays of a block when lines go."""
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
    """The runs of neighbouring line numbers."""
    start = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[index - 1] + 1:
            yield _Block(numbers[start], index - start, source, start)
            start = index


def replay(writes: Iterable[tuple[int, Written]]) -> Replay:
    """The state after writes given oldest first, each with the index that names it."""
    state = Replay()
    for source, write in writes:
        state.take(source, write)
    return state
