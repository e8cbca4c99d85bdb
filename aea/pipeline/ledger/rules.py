"""What one commit of the trunk does to lines: which it keeps under another number, which are gone.

A line that the commit takes away and puts in again is the same line: re-indented or reflowed where it stood,
or moved with its neighbours. Lines are told by their number before and after the commit.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import content
from aea.pipeline.attribution.model import Page
from aea.pipeline.attribution.reflow import equal_blocks
from aea.pipeline.attribution.runs import Sources, take_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Runs = tuple[tuple[int, int], ...]  # (first line, line count)
Line = tuple[int, int]  # file, line number

_MOVED = 3  # non-trivial lines of a block that was moved: fewer may be chance
_MAX_HUNK = 1_000  # lines of a hunk that are compared one with another


class Step(NamedTuple):
    """One file of a commit, compared with the commit's first parent."""

    file_id: int
    old_file_id: int  # what it was called before
    added_runs: Runs  # numbers after the commit
    added: tuple[int, ...]  # line hashes
    removed_runs: Runs  # numbers before the commit
    removed: tuple[int, ...]

    def line_before(self, number: int) -> int | None:
        """What number a line had before; None: the commit added it."""
        common = number
        for first, count in self.added_runs:
            if first + count <= number:
                common -= count
            elif first <= number:
                return None
        for first, count in self.removed_runs:
            if first > common:
                break
            common += count
        return common


class Passage(NamedTuple):
    """All files of one commit."""

    kept: dict[Line, list[Line]]  # an added line is really these lines of before
    gone: dict[Line, int]  # lines of before that are no more, by their old file, with their hash


def passage(steps: Sequence[Step]) -> Passage:
    """Follow every line that a commit touches."""
    kept: dict[Line, list[Line]] = {}
    for step in steps:
        _keep_in_place(step, kept)
    taken = {line for lines in kept.values() for line in lines}
    _keep_moved(steps, kept, taken)
    gone = {
        line: hashed for step in steps for line, hashed in _removed_lines(step) if line not in taken
    }
    return Passage(kept, gone)


def _removed_lines(step: Step) -> Iterator[tuple[Line, int]]:
    for number, hashed in zip(_numbers(step.removed_runs), step.removed, strict=False):
        yield (step.old_file_id, number), hashed


def _numbers(runs: Runs) -> list[int]:
    return [number for first, count in runs for number in range(first, first + count)]


def _keep_in_place(step: Step, kept: dict[Line, list[Line]]) -> None:
    """Lines of a hunk with the same content, then those whose words stand there in other lines."""
    for new, old in _hunks(step):
        if len(new) > _MAX_HUNK or len(old) > _MAX_HUNK:
            continue
        matcher = SequenceMatcher(
            None,
            [content(line) for _, line in old],
            [content(line) for _, line in new],
            autojunk=False,
        )
        old_end = new_end = 0
        for old_start, new_start, size in matcher.get_matching_blocks():
            _keep_reflowed(step, new[new_end:new_start], old[old_end:old_start], kept)
            for at in range(size):
                kept[step.file_id, new[new_start + at][0]] = [
                    (step.old_file_id, old[old_start + at][0])
                ]
            old_end, new_end = old_start + size, new_start + size


def _keep_reflowed(
    step: Step,
    new: Sequence[tuple[int, int]],
    old: Sequence[tuple[int, int]],
    kept: dict[Line, list[Line]],
) -> None:
    """What a formatter broke lives on in the first of its lines, what it joined in the one."""
    for block in equal_blocks([line for _, line in new], [line for _, line in old]):
        for at in range(block.old_start, block.old_end):
            place = min(block.start + at - block.old_start, block.end - 1)
            kept.setdefault((step.file_id, new[place][0]), []).append(
                (step.old_file_id, old[at][0])
            )


def _hunks(
    step: Step,
) -> Iterator[tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    """(added, removed) lines, each with its number, that stand in one place."""
    added, removed = iter(step.added), iter(step.removed)
    new_runs = {
        _common_before(first, step.added_runs): [
            (number, line) for number, line in zip(range(first, first + count), added, strict=False)
        ]
        for first, count in step.added_runs
    }
    for first, count in step.removed_runs:
        old = list(zip(range(first, first + count), removed, strict=False))
        new = new_runs.get(_common_before(first, step.removed_runs))
        if new and old:
            yield new, old


def _common_before(first: int, runs: Runs) -> int:
    """How many lines that stay stand before a run."""
    return first - 1 - sum(count for start, count in runs if start < first)


def _keep_moved(steps: Sequence[Step], kept: dict[Line, list[Line]], taken: set[Line]) -> None:
    """Blocks that came in one place and went in another."""
    places = [_numbers(step.removed_runs) for step in steps]
    sources = Sources([step.removed for step in steps])
    sources.taken.update(
        (index, at)
        for index, step in enumerate(steps)
        for at, number in enumerate(places[index])
        if (step.old_file_id, number) in taken
    )
    for step in steps:
        page = Page(tuple(_numbers(step.added_runs)), step.added)
        if len(page.numbers) != len(page.hashes):
            continue  # too large a file: its lines were only counted
        for index, number in enumerate(page.numbers):
            if (step.file_id, number) in kept:
                page.settle(index, None)
        for run in take_runs(page, sources, lambda _, weight: weight >= _MOVED):
            for index, (source, at) in run.pairs():
                page.settle(index, None)
                line = (steps[source].old_file_id, places[source][at])
                kept[step.file_id, page.numbers[index]] = [line]
                taken.add(line)


def as_runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """(first, count) of neighbouring numbers."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and sum(runs[-1]) == number:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return runs
