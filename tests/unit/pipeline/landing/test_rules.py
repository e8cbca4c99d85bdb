"""Which commit of the mainline holds what a branch changed."""

from __future__ import annotations

import pytest

from aea.lines import hash_lines, hash_numbers
from aea.pipeline.landing.rules import (
    Commit,
    FileChange,
    Landing,
    MainlineCommit,
    choose_landing,
    earliest,
    find_squash,
    is_similar,
    largest_file,
    list_descendants,
    may_be_squash,
    nontrivial_lines,
)

FILE, OTHER = 1, 2
FIRST = MainlineCommit(9, 100, (50, 1, "s"))


def lines(*texts: str) -> tuple[int, ...]:
    return hash_numbers(hash_lines([text.encode() for text in texts]))


def change(
    added: tuple[int, ...] = (), removed: tuple[int, ...] = (), file: int = FILE
) -> FileChange:
    return FileChange(file, None, added, removed)


def holds(commit: list[FileChange], *branch: list[FileChange]) -> bool:
    """Whether a commit of the mainline is the squash of a branch, given oldest first."""
    return find_squash(branch, [(FIRST, commit)]) == FIRST


FIVE = lines("alpha = 1", "beta = 2", "gamma = 3", "delta = 4", "omega = 5")


def test_what_came_and_went_is_not_wanted() -> None:
    branch = [change(FIVE)], [change(lines("better = 1"), FIVE[:1])]
    assert holds([change((*FIVE[1:], *lines("better = 1")))], *branch)


@pytest.mark.parametrize(("there", "is_held"), [(5, True), (4, True), (3, False)])
def test_four_fifths_of_five_lines_are_enough(there: int, is_held: bool) -> None:
    assert holds([change(FIVE[:there])], [change(FIVE)]) is is_held


def test_all_of_fewer_lines_must_be_there() -> None:
    assert holds([change(FIVE)], [change(FIVE[:2])])
    assert not holds([change(FIVE[1:])], [change(FIVE[:2])])


def test_a_deletion_and_trivial_lines_count_where_there_is_nothing_else() -> None:
    assert holds([change(removed=FIVE)], [change(removed=FIVE)])
    assert holds([change(lines("}", "alpha = 1"))], [change(lines("}"))])
    assert not holds([change(lines("}"))], [change(lines("}", "alpha = 1"))])
    assert not holds([change(FIVE)], [])


def test_another_file_is_another_line_unless_it_was_renamed() -> None:
    assert not holds([change(FIVE, file=OTHER)], [change(FIVE)])
    renamed = FileChange(OTHER, FILE, (), ())
    assert holds([change(FIVE, file=OTHER)], [change(FIVE)], [renamed])
    assert largest_file([change(FIVE), renamed]) == OTHER


def test_the_first_commit_that_holds_the_branch_is_its_squash() -> None:
    second = MainlineCommit(10, 200, (60, 2, "t"))
    later = [(FIRST, [change(FIVE[:2])]), (second, [change(FIVE)])]
    assert find_squash([[change(FIVE)]], later) == second
    assert earliest(second, None, FIRST) == FIRST
    assert earliest(None) is None


def test_the_largest_file_has_most_changed_lines() -> None:
    assert largest_file([change(FIVE[:1]), change(FIVE[1:3], FIVE[3:], file=OTHER)]) == OTHER
    assert largest_file([change()]) is None


def test_nontrivial_lines_are_those_of_the_file_that_say_something() -> None:
    changes = [change(lines("}", "alpha = 1"), FIVE[1:2]), change(FIVE, file=OTHER)]
    assert nontrivial_lines(changes, FILE) == frozenset(FIVE[:2])


def test_a_squash_has_half_of_the_last_commits_lines() -> None:
    last = frozenset(FIVE[:4])
    assert is_similar(last, frozenset(FIVE[2:]))
    assert not is_similar(last, frozenset(FIVE[3:]))
    assert may_be_squash(last, frozenset(FIVE[3:]))
    assert not may_be_squash(last, frozenset(FIVE[4:]))
    assert may_be_squash(frozenset(), frozenset())


def test_a_rewrite_is_better_evidence_than_a_patch_and_a_patch_than_a_squash() -> None:
    rewrite, patch = Landing(1, "rewrite", 10), Landing(2, "same_patch", 20)
    assert choose_landing(rewrite, patch, FIRST) == rewrite
    assert choose_landing(None, patch, FIRST) == patch
    assert choose_landing(None, None, FIRST) == Landing(9, "squash", 100)
    assert choose_landing(None, None, None) is None


def test_the_descendants_of_a_commit_follow_it_on_its_branch() -> None:
    a, b, c, d = (
        Commit(key, 1, sha, parents, (key, key, sha), None)
        for key, sha, parents in (
            (1, "a", ()),
            (2, "b", ("a",)),
            (3, "c", ()),
            (4, "d", ("b", "x")),
        )
    )
    assert list(list_descendants([a, b, c, d], [a])) == [a, b, d]
    assert list(list_descendants([a, b, c, d], [b])) == [b, d]
