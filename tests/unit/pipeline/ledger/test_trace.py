"""Which lines of sessions arrive with a commit of the trunk, and which it removes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.lines import hash_lines, hash_numbers
from aea.pipeline.ledger.rules import FileDiff
from aea.pipeline.ledger.trace import Arrival, Death, MergedFile, Tracer, TrunkCommit

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE, OLD = 1, 2
ADA = 7
LINES = hash_numbers(hash_lines([b"alpha = 1", b"beta = 2", b"gamma = 3"]))


def commit(key: int, *, is_merge: bool = False) -> TrunkCommit:
    return TrunkCommit(key, 1, key, key * 100, is_merge)


def added(*lines: int, at: int = 1, old: int = FILE) -> FileDiff:
    return FileDiff(FILE, old, ((at, len(lines)),) if lines else (), lines, (), ())


def removed(*lines: int, at: int = 1) -> FileDiff:
    return FileDiff(FILE, FILE, (), (), ((at, len(lines)),), lines)


class Trunk:
    """Diffs in order, and the lines that Ada owns."""

    def __init__(
        self, diffs: dict[TrunkCommit, list[FileDiff]], *owned: tuple[int, int, int]
    ) -> None:
        self._diffs = diffs
        self._owned = set(owned)
        self.merged: list[MergedFile] = []

    def read_diffs(self, commit: TrunkCommit) -> list[FileDiff]:
        return self._diffs[commit]

    def walk_back(
        self, file_id: int, commit: TrunkCommit
    ) -> Iterator[tuple[TrunkCommit, FileDiff]]:
        for earlier, diffs in reversed(self._diffs.items()):
            for diff in diffs:
                if earlier.position < commit.position and diff.file_id == file_id:
                    yield earlier, diff

    def list_merged(self, _: TrunkCommit) -> list[MergedFile]:
        return self.merged

    def read_owners(self, commit_id: int, file_id: int) -> dict[int, int]:
        return {n: ADA for c, f, n in self._owned if (c, f) == (commit_id, file_id)}


def test_the_added_lines_of_sessions_arrive() -> None:
    first = commit(1)
    trunk = Trunk({first: [added(*LINES)]}, (1, FILE, 1), (1, FILE, 3))
    assert list(Tracer(trunk).find_arrivals(first)) == [
        Arrival((1, FILE, 1), ADA),
        Arrival((1, FILE, 3), ADA),
    ]


def test_a_removed_line_is_traced_to_the_commit_that_added_it() -> None:
    first, second, third = commit(1), commit(2), commit(3)
    head = hash_numbers(hash_lines([b"import math"]))
    diffs = {first: [added(*LINES)], second: [added(*head)], third: [removed(LINES[1], at=3)]}
    tracer = Tracer(Trunk(diffs, (1, FILE, 2), (1, FILE, 3)))
    assert list(tracer.find_deaths(third)) == [Death((1, FILE, 2), FILE, is_nontrivial=True)]


def test_a_removed_line_is_traced_through_a_rename() -> None:
    first, second, third = commit(1), commit(2), commit(3)
    born = FileDiff(OLD, OLD, ((1, 3),), LINES, (), ())
    diffs = {first: [born], second: [added(old=OLD)], third: [removed(LINES[0])]}
    tracer = Tracer(Trunk(diffs, (1, OLD, 1)))
    assert list(tracer.find_deaths(third)) == [Death((1, OLD, 1), FILE, is_nontrivial=True)]


def test_a_line_that_a_merge_added_is_that_of_the_latest_commit_that_has_it() -> None:
    merge = commit(5, is_merge=True)
    trunk = Trunk({merge: [added(*LINES)]}, (4, FILE, 9), (3, FILE, 1), (3, FILE, 2))
    trunk.merged = [
        MergedFile(4, FILE, None, (9,), LINES[:1], set()),
        MergedFile(3, FILE, None, (1, 2), LINES[:2], set()),
    ]
    assert list(Tracer(trunk).find_arrivals(merge)) == [
        Arrival((4, FILE, 9), ADA),
        Arrival((3, FILE, 2), ADA),
    ]


def test_a_line_that_a_merged_commit_only_moved_is_not_born_there() -> None:
    merge = commit(5, is_merge=True)
    trunk = Trunk({merge: [added(LINES[0])]}, (4, FILE, 9), (3, FILE, 1))
    trunk.merged = [
        MergedFile(4, FILE, None, (9,), LINES[:1], {9}),
        MergedFile(3, FILE, None, (1,), LINES[:1], set()),
    ]
    assert list(Tracer(trunk).find_arrivals(merge)) == [Arrival((3, FILE, 1), ADA)]


def test_a_line_that_is_moved_neither_arrives_nor_dies() -> None:
    first, second = commit(1), commit(2)
    down = FileDiff(FILE, FILE, ((5, 3),), LINES, ((1, 3),), LINES)
    owned = [(key, FILE, number) for key in (1, 2) for number in range(1, 9)]
    tracer = Tracer(Trunk({first: [added(*LINES)], second: [down]}, *owned))
    assert list(tracer.find_arrivals(second)) == []
    assert list(tracer.find_deaths(second)) == []
