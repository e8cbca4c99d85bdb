"""Kept lines: added lines of a commit that stood there before, but for white space, line breaks or their place.

Removed and added lines are compared one for one, so a line that a commit really adds a second time is new. Only lines
at their old place are kept: a block that a session moves elsewhere is its work. A new file that is made of the lines of
others was renamed and formatted: git does not see that when too few lines are equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.lines import content, hash_numbers, is_trivial, line_numbers, unpack_runs
from aea.pipeline.attribution.model import AddedLines, Hunk
from aea.pipeline.attribution.reflow import find_rewrapped
from aea.pipeline.attribution.runs import Sources, find_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aea.pipeline.attribution.model import CommitFile
    from aea.pipeline.attribution.runs import Run

Kept = dict[int, tuple[int, ...]]  # index of an added line: the hashes of the removed lines it is
_NEAR_LINES = 3  # unchanged lines between the old and the new place
_RENAMED_LINES = 3  # non-trivial lines of a block that came from another file
_RENAMED = 0.8  # of the non-trivial lines of a new file


class _Change(NamedTuple):
    """Added lines and removed lines in the same place, as indexes."""

    new: range
    old: range


def find_kept(file: CommitFile, others: Sequence[tuple[int, ...]]) -> Kept:
    """The added lines of a file that stood there before; `others` are the lines removed from other files."""
    added = AddedLines(line_numbers(file.added_runs), hash_numbers(file.added_hashes))
    removed = hash_numbers(file.removed_hashes)
    removed_at = line_numbers(file.removed_runs)
    if len(added.numbers) != len(added.hashes) or len(removed_at) != len(removed):
        return {}  # too large a file: its lines were only counted
    finder = _Finder(added, removed, removed_at)
    finder.keep_ends()
    finder.keep_near()
    finder.keep_rewrapped()
    if file.lead_key is not None:
        finder.keep_renamed(others)
    return finder.kept


def parse_hunks(file: CommitFile) -> list[Hunk]:
    """The added lines of a file that replace removed ones."""
    added, removed = unpack_runs(file.added_runs), unpack_runs(file.removed_runs)
    lines = hash_numbers(file.removed_hashes)
    found = []
    offset = index = start = 0  # new numbers minus old ones; next added line; next removed line
    while added and removed:
        (new, add_count), (old, remove_count) = added[0], removed[0]
        here = old + offset
        if new == here:
            found.append(Hunk(index, index + add_count, lines[start : start + remove_count]))
        if new <= here:
            added.pop(0)
            index, offset = index + add_count, offset + add_count
        if new >= here:
            removed.pop(0)
            start, offset = start + remove_count, offset - remove_count
    return found


class _Finder:
    def __init__(
        self, added: AddedLines, removed: tuple[int, ...], removed_at: tuple[int, ...]
    ) -> None:
        self.kept: Kept = {}
        self._added = added
        self._removed = removed
        self._new_places = [number - index for index, number in enumerate(added.numbers)]
        self._old_places = [number - index for index, number in enumerate(removed_at)]
        self._sources = Sources([removed])
        self._old_of: dict[int, int] = {}  # index of a kept line: index of the removed line it is

    def keep_ends(self) -> None:
        """Keep what the two sides of a change begin and end with. A file that is re-indented as a whole is all this."""
        for change in self._list_changes():
            count = self._keep_equal(change.new, change.old)
            self._keep_equal(change.new[count:][::-1], change.old[count:][::-1])

    def keep_near(self) -> None:
        """Keep runs of lines near their old place."""

        def accept(run: Run, _: int) -> bool:
            distance = self._new_places[run.start] - self._old_places[run.line]
            return abs(distance) <= _NEAR_LINES

        for run in find_runs(self._added, self._sources, accept):
            for index, (_, line) in run.pairs():
                self._keep(index, line)

    def keep_rewrapped(self) -> None:
        """Keep lines that were broken or joined, between the kept lines of a change."""
        for change in self._list_changes():
            for new, old in self._list_gaps(change):
                lines = [self._added.hashes[index] for index in new]
                for block in find_rewrapped(lines, [self._removed[line] for line in old]):
                    texts = self._removed[
                        old[block.old_start] : old[block.old_start]
                        + block.old_end
                        - block.old_start
                    ]
                    for index in new[block.start : block.end]:
                        self._decide(index, texts)

    def keep_renamed(self, others: Sequence[tuple[int, ...]]) -> None:
        """Keep the lines of a new file that were removed from others, if it is made of them."""
        sources = Sources(others)
        runs = find_runs(self._added, sources, lambda _, weight: weight >= _RENAMED_LINES)
        pairs = [pair for run in runs for pair in run.pairs()]
        hashes = self._added.hashes
        same = sum(not is_trivial(hashes[index]) for index, _ in pairs)
        if same < _RENAMED * sum(not is_trivial(line) for line in hashes):
            return
        for index, (source, line) in pairs:
            self._decide(index, (others[source][line],))

    def _list_changes(self) -> Iterator[_Change]:
        old = _ranges(self._old_places)
        for place, new in _ranges(self._new_places).items():
            if place in old:
                yield _Change(new, old[place])

    def _list_gaps(self, change: _Change) -> Iterator[tuple[range, range]]:
        """Neighbouring open added lines of a change, with the removed lines between the same kept lines."""
        added, new = self._added, change.new
        start = new.start
        while start < new.stop:
            end = start
            while end < new.stop and not added.is_decided[end]:
                end += 1
            if end > start:
                first = self._old_of.get(start - 1, change.old.start - 1) + 1
                last = self._old_of.get(end, change.old.stop) if end < new.stop else change.old.stop
                if change.old.start <= first < last <= change.old.stop:
                    yield range(start, end), range(first, last)
            start = end + 1

    def _keep_equal(self, new: range, old: range) -> int:
        """Keep equal lines from the first on, if one is not trivial. Returns their number."""
        pairs = []
        for index, line in zip(new, old, strict=False):
            if content(self._added.hashes[index]) != content(self._removed[line]):
                break
            pairs.append((index, line))
        if all(is_trivial(self._added.hashes[index]) for index, _ in pairs):
            return 0
        for index, line in pairs:
            self._keep(index, line)
        return len(pairs)

    def _keep(self, index: int, line: int) -> None:
        self._sources.used.add((0, line))
        self._old_of[index] = line
        self._decide(index, (self._removed[line],))

    def _decide(self, index: int, texts: tuple[int, ...]) -> None:
        self._added.decide(index, None)
        self.kept[index] = texts


def _ranges(places: Sequence[int]) -> dict[int, range]:
    """The indexes of each place; places rise."""
    found: dict[int, range] = {}
    for index, place in enumerate(places):
        found[place] = range(found[place].start if place in found else index, index + 1)
    return found


def carry(added: AddedLines, kept: Iterable[int]) -> None:
    """Kept lines are not new, on whatever branch their owner was found. The others of them have no known owner."""
    for index in kept:
        claim = added.claims[index]
        if claim is not None:
            added.decide(index, claim._replace(is_carried=True))
        elif not is_trivial(added.hashes[index]):
            added.decide(index, None)
