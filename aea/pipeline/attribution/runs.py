"""Anchored runs: blocks of lines that a commit and a source have in common, each with a non-trivial line.

A source is the text of a write or of an older commit. A run is a block of neighbouring lines that both have in the
same order. Only a non-trivial line can start one, so a lone `}` matches nothing. The run with the most non-trivial
lines comes first; of equals, the one of the first source.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import content, is_trivial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aea.pipeline.attribution.model import AddedLines
    from aea.pipeline.attribution.replay import SourceLine

_MAX_OCCURRENCES = (
    64  # of one line in all sources: a text that repeats more often anchors nothing new
)


class Run(NamedTuple):
    """`length` added lines from index `start` equal the lines of a source from index `line`."""

    start: int
    source: int
    line: int
    length: int

    def pairs(self) -> Iterator[tuple[int, SourceLine]]:
        """Each added line with the line of the source that it equals."""
        for step in range(self.length):
            yield self.start + step, (self.source, self.line + step)


class Sources:
    """Texts that added lines are compared with. A line is used once; some may be hidden for a while."""

    def __init__(self, texts: Sequence[Sequence[int]]) -> None:
        self.texts = texts
        self.used: set[SourceLine] = set()
        self.hidden: set[SourceLine] = set()
        self.visible: range | set[int] = range(len(texts))  # indexes of texts

    def is_free(self, source: int, line: int) -> bool:
        """Whether a source has such a line, neither used nor hidden."""
        at = (source, line)
        exists = 0 <= line < len(self.texts[source])
        return exists and at not in self.used and at not in self.hidden

    def fits(self, source: int, line: int, added: int) -> bool:
        """Whether a free line equals an added one but for white space."""
        return self.is_free(source, line) and content(self.texts[source][line]) == content(added)


def find_runs(
    added: AddedLines, sources: Sources, accept: Callable[[Run, int], bool]
) -> Iterator[Run]:
    """The accepted runs, best first; no line of either side is in two of them.

    `accept` gets a run and its number of non-trivial lines. The caller decides the lines of each run before it
    asks for the next.
    """
    heap: list[tuple[int, int, int, Run]] = []
    for run in _find_longest(added, sources):
        _push(heap, added, run)
    while heap:
        weight, _, _, run = heapq.heappop(heap)
        parts = list(_free_parts(added, sources, run))
        if parts == [run]:
            if accept(run, -weight):
                sources.used.update(at for _, at in run.pairs())
                yield run
            continue
        for part in parts:
            _push(heap, added, part)


def _push(heap: list[tuple[int, int, int, Run]], added: AddedLines, run: Run) -> None:
    lines = added.hashes[run.start : run.start + run.length]
    weight = sum(not is_trivial(line) for line in lines)
    if weight:
        heapq.heappush(heap, (-weight, run.source, -run.length, run))


def _find_longest(added: AddedLines, sources: Sources) -> set[Run]:
    """The longest run through every pair of equal, free, non-trivial lines."""
    wanted = {
        index: content(added.hashes[index])
        for index in added.list_open()
        if not is_trivial(added.hashes[index])
    }
    equal = _find_equal(set(wanted.values()), sources)
    covered: set[tuple[int, int, int]] = set()  # source, offset to the added lines, added line
    found: set[Run] = set()
    for index, key in wanted.items():
        for source, line in equal.get(key, ()):
            if (source, index - line, index) not in covered:
                run = _extend(added, sources, index, source, line)
                found.add(run)
                covered.update((source, at - other[1], at) for at, other in run.pairs())
    return found


def _find_equal(wanted: set[int], sources: Sources) -> dict[int, list[SourceLine]]:
    """By content, the free lines of visible sources."""
    found: dict[int, list[SourceLine]] = {}
    for source in sorted(sources.visible):
        for line, hashed in enumerate(sources.texts[source]):
            key = hashed >> 24  # content(), inlined: runs for every line of every source
            if key in wanted and sources.is_free(source, line):
                known = found.setdefault(key, [])
                if len(known) < _MAX_OCCURRENCES:
                    known.append((source, line))
    return found


def _extend(added: AddedLines, sources: Sources, index: int, source: int, line: int) -> Run:
    """Extend a pair of equal lines in both directions, as far as both sides agree."""
    offset = line - index
    first = last = index
    while (
        added.adjoins(first)
        and not added.is_decided[first - 1]
        and sources.fits(source, first - 1 + offset, added.hashes[first - 1])
    ):
        first -= 1
    while (
        added.adjoins(last + 1)
        and not added.is_decided[last + 1]
        and sources.fits(source, last + 1 + offset, added.hashes[last + 1])
    ):
        last += 1
    return Run(first, source, first + offset, last - first + 1)


def _free_parts(added: AddedLines, sources: Sources, run: Run) -> Iterator[Run]:
    """The parts of a run that are still free on both sides."""
    length = 0
    for index, at in run.pairs():
        if not added.is_decided[index] and sources.is_free(*at):
            length += 1
        elif length:
            yield Run(index - length, run.source, at[1] - length, length)
            length = 0
    if length:
        yield Run(
            run.start + run.length - length, run.source, run.line + run.length - length, length
        )
