"""Anchored runs: blocks of lines that two texts have in common, each with a line that means something.

A run is a block of neighbouring lines of a commit that a source (a write, an older commit) has in the
same order. Only a non-trivial line can start one, so a lone `}` is nobody's. The run with the most
non-trivial lines is taken first; of equals, that of the first source.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import content, is_trivial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aea.pipeline.attribution.model import Page
    from aea.pipeline.attribution.replay import Place

_OCCURRENCES = 64  # of one line in all sources: a text that repeats more often anchors nothing new


class Run(NamedTuple):
    """`length` lines of the page from `start` equal lines of a source from `place`."""

    start: int
    source: int
    place: int
    length: int

    def pairs(self) -> Iterator[tuple[int, Place]]:
        """Each line of the page with its place in the source."""
        for step in range(self.length):
            yield self.start + step, (self.source, self.place + step)


class Sources:
    """Texts to be found on a page. A line is taken once; some may be out of view for a while."""

    def __init__(self, texts: Sequence[Sequence[int]]) -> None:
        self.texts = texts
        self.taken: set[Place] = set()
        self.hidden: set[Place] = set()
        self.visible: range | set[int] = range(len(texts))

    def is_free(self, source: int, place: int) -> bool:
        """Whether there is such a line and it can be had."""
        at = (source, place)
        is_there = 0 <= place < len(self.texts[source])
        return is_there and at not in self.taken and at not in self.hidden

    def fits(self, source: int, place: int, line: int) -> bool:
        """Whether the line can be had there, white space aside."""
        return self.is_free(source, place) and content(self.texts[source][place]) == content(line)


def take_runs(page: Page, sources: Sources, accept: Callable[[Run, int], bool]) -> Iterator[Run]:
    """The runs found, best first; a line of the page and of a source is in one run at most.

    `accept` is told a run and how many non-trivial lines it has; the caller settles the lines of each run
    before it asks for the next.
    """
    heap: list[tuple[int, int, int, Run]] = []
    for run in _seeds(page, sources):
        _push(heap, page, run)
    while heap:
        weight, _, _, run = heapq.heappop(heap)
        parts = list(_free_parts(page, sources, run))
        if parts == [run]:
            if accept(run, -weight):
                sources.taken.update(place for _, place in run.pairs())
                yield run
            continue
        for part in parts:
            _push(heap, page, part)


def _push(heap: list[tuple[int, int, int, Run]], page: Page, run: Run) -> None:
    lines = page.hashes[run.start : run.start + run.length]
    weight = sum(not is_trivial(line) for line in lines)
    if weight:
        heapq.heappush(heap, (-weight, run.source, -run.length, run))


def _seeds(page: Page, sources: Sources) -> set[Run]:
    """The longest run through every pair of equal, free, non-trivial lines."""
    wanted = {
        index: content(page.hashes[index])
        for index in page.open_lines()
        if not is_trivial(page.hashes[index])
    }
    places = _places(set(wanted.values()), sources)
    covered: set[tuple[int, int, int]] = set()  # source, offset to the page, line of the page
    found: set[Run] = set()
    for index, key in wanted.items():
        for source, place in places.get(key, ()):
            if (source, index - place, index) not in covered:
                run = _extend(page, sources, index, source, place)
                found.add(run)
                covered.update((source, at - spot[1], at) for at, spot in run.pairs())
    return found


def _places(wanted: set[int], sources: Sources) -> dict[int, list[Place]]:
    """Where each of the contents is found and free."""
    places: dict[int, list[Place]] = {}
    for source in sorted(sources.visible):
        for place, line in enumerate(sources.texts[source]):
            key = line >> 24  # content(), for every line of every source
            if key in wanted and sources.is_free(source, place):
                known = places.setdefault(key, [])
                if len(known) < _OCCURRENCES:
                    known.append((source, place))
    return places


def _extend(page: Page, sources: Sources, index: int, source: int, place: int) -> Run:
    """As far as page and source agree, in both directions."""
    offset = place - index
    first = last = index
    while (
        page.adjoins(first)
        and not page.is_settled[first - 1]
        and sources.fits(source, first - 1 + offset, page.hashes[first - 1])
    ):
        first -= 1
    while (
        page.adjoins(last + 1)
        and not page.is_settled[last + 1]
        and sources.fits(source, last + 1 + offset, page.hashes[last + 1])
    ):
        last += 1
    return Run(first, source, first + offset, last - first + 1)


def _free_parts(page: Page, sources: Sources, run: Run) -> Iterator[Run]:
    """What is left of a run after others took some of its lines."""
    length = 0
    for index, place in run.pairs():
        if not page.is_settled[index] and sources.is_free(*place):
            length += 1
        elif length:
            yield Run(index - length, run.source, place[1] - length, length)
            length = 0
    if length:
        yield Run(
            run.start + run.length - length, run.source, run.place + run.length - length, length
        )
