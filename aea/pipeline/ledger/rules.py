"""Follow lines through one commit of the trunk: which it keeps under another number, which it removes.

A line that the commit removes and adds again is the same line: re-indented or reflowed in its hunk, or moved with its
neighbours. Lines are named by their number before and after the commit (docs/mainline.md, rule ledger.1, ADR 0015).
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import content
from aea.pipeline.attribution.model import AddedLines
from aea.pipeline.attribution.reflow import find_equal_blocks
from aea.pipeline.attribution.runs import Sources, find_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Runs = tuple[tuple[int, int], ...]  # (first line, line count)
Line = tuple[int, int]  # file, line number
_Numbered = tuple[int, int]  # line number, line hash

_MOVED_LINES = 3  # non-trivial lines of a block that moved: fewer may be chance
_MAX_HUNK_LINES = 1_000  # of a hunk whose lines are compared with each other


class FileDiff(NamedTuple):
    """One file of a commit, compared with the commit's first parent."""

    file_id: int
    old_file_id: int  # its name before
    added_runs: Runs  # numbers after the commit
    added: tuple[int, ...]  # line hashes
    removed_runs: Runs  # numbers before the commit
    removed: tuple[int, ...]

    def number_before(self, number: int) -> int | None:
        """The number that a line had before the commit; None: the commit added it."""
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

    def list_added(self) -> Iterator[_Numbered]:
        """(number, hash) of the added lines; none when the file was too large to keep hashes."""
        return zip(list_numbers(self.added_runs), self.added, strict=False)

    def list_removed(self) -> Iterator[_Numbered]:
        """(number, hash) of the removed lines."""
        return zip(list_numbers(self.removed_runs), self.removed, strict=False)


class LineChanges(NamedTuple):
    """The lines that one commit touches, in all its files."""

    kept: dict[Line, list[Line]]  # an added line, with the removed lines that it really is
    removed: dict[Line, int]  # the other removed lines, by their old file, with their hash


def follow_lines(diffs: Sequence[FileDiff]) -> LineChanges:
    """Follow every line that a commit touches."""
    kept: dict[Line, list[Line]] = {}
    for diff in diffs:
        _keep_in_place(diff, kept)
    used = {line for lines in kept.values() for line in lines}
    _keep_moved(diffs, kept, used)
    removed = {
        (diff.old_file_id, number): hashed
        for diff in diffs
        for number, hashed in diff.list_removed()
        if (diff.old_file_id, number) not in used
    }
    return LineChanges(kept, removed)


def list_numbers(runs: Runs) -> list[int]:
    """Each line number of some runs."""
    return [number for first, count in runs for number in range(first, first + count)]


def _keep_in_place(diff: FileDiff, kept: dict[Line, list[Line]]) -> None:
    """Keep the lines of a hunk with equal content, then those whose words are there in other lines."""
    for new, old in _list_hunks(diff):
        if len(new) > _MAX_HUNK_LINES or len(old) > _MAX_HUNK_LINES:
            continue
        matcher = SequenceMatcher(
            None,
            [content(line) for _, line in old],
            [content(line) for _, line in new],
            autojunk=False,
        )
        old_end = new_end = 0
        for old_start, new_start, size in matcher.get_matching_blocks():
            _keep_reflowed(diff, new[new_end:new_start], old[old_end:old_start], kept)
            for at in range(size):
                kept[diff.file_id, new[new_start + at][0]] = [
                    (diff.old_file_id, old[old_start + at][0])
                ]
            old_end, new_end = old_start + size, new_start + size


def _keep_reflowed(
    diff: FileDiff,
    new: Sequence[_Numbered],
    old: Sequence[_Numbered],
    kept: dict[Line, list[Line]],
) -> None:
    """Each old line of a block with equal words lives on in one of its new lines."""
    for block in find_equal_blocks([line for _, line in new], [line for _, line in old]):
        for at in range(block.old_start, block.old_end):
            place = min(block.start + at - block.old_start, block.end - 1)
            kept.setdefault((diff.file_id, new[place][0]), []).append(
                (diff.old_file_id, old[at][0])
            )


def _list_hunks(diff: FileDiff) -> Iterator[tuple[list[_Numbered], list[_Numbered]]]:
    """(added, removed) lines that are in the same place."""
    added, removed = iter(diff.added), iter(diff.removed)
    new_runs = {
        _common_before(first, diff.added_runs): list(
            zip(range(first, first + count), added, strict=False)
        )
        for first, count in diff.added_runs
    }
    for first, count in diff.removed_runs:
        old = list(zip(range(first, first + count), removed, strict=False))
        new = new_runs.get(_common_before(first, diff.removed_runs))
        if new and old:
            yield new, old


def _common_before(first: int, runs: Runs) -> int:
    """The number of unchanged lines above a run."""
    return first - 1 - sum(count for start, count in runs if start < first)


def _keep_moved(diffs: Sequence[FileDiff], kept: dict[Line, list[Line]], used: set[Line]) -> None:
    """Keep blocks that were removed in one place and added in another."""
    numbers = [list_numbers(diff.removed_runs) for diff in diffs]
    sources = Sources([diff.removed for diff in diffs])
    sources.used.update(
        (index, at)
        for index, diff in enumerate(diffs)
        for at, number in enumerate(numbers[index])
        if (diff.old_file_id, number) in used
    )
    for diff in diffs:
        added = AddedLines(tuple(list_numbers(diff.added_runs)), diff.added)
        if len(added.numbers) != len(added.hashes):
            continue  # too large a file: its lines were only counted
        for index, number in enumerate(added.numbers):
            if (diff.file_id, number) in kept:
                added.decide(index, None)
        for run in find_runs(added, sources, lambda _, weight: weight >= _MOVED_LINES):
            for index, (source, at) in run.pairs():
                added.decide(index, None)
                line = (diffs[source].old_file_id, numbers[source][at])
                kept[diff.file_id, added.numbers[index]] = [line]
                used.add(line)


def list_runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """(first, count) of the blocks of neighbouring numbers."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and sum(runs[-1]) == number:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return runs
