"""Which commit of the mainline holds what a branch changed."""

from __future__ import annotations

import pytest

from aea.lines import hash_lines, hash_numbers
from aea.pipeline.landing.rules import (
    Commit,
    CommitChange,
    FileChange,
    Landing,
    Landings,
    MainlineCommit,
    choose_landing,
    find_largest_file,
    find_squash,
    list_descendants,
    list_heads,
)

FILE, OTHER = 1, 2
FIRST = MainlineCommit((50, 1, "s"), 9, 100, 4)
SECOND = MainlineCommit((60, 2, "t"), 10, 200, 6)


def lines(*texts: str) -> tuple[int, ...]:
    return hash_numbers(hash_lines([text.encode() for text in texts]))


def change(
    added: tuple[int, ...] = (), removed: tuple[int, ...] = (), file: int = FILE
) -> CommitChange:
    return CommitChange([FileChange(file, None, added, removed)])


def holds(commit: CommitChange, *branch: CommitChange) -> bool:
    """Whether a commit of the mainline is the squash of a branch, given oldest first."""
    changes = [(one, None) for one in branch]
    return find_squash(branch[-1], lambda _: [(FIRST, commit)], lambda: changes) == FIRST


FIVE = lines("alpha = 1", "beta = 2", "gamma = 3", "delta = 4", "omega = 5")


def test_what_came_and_went_is_not_wanted() -> None:
    branch = change(FIVE), change(lines("better = 1"), FIVE[:1])
    assert holds(change((*FIVE[1:], *lines("better = 1"))), *branch)


@pytest.mark.parametrize(("there", "is_held"), [(5, True), (4, True), (3, False)])
def test_four_fifths_of_five_lines_are_enough(there: int, is_held: bool) -> None:
    assert holds(change(FIVE[:there]), change(FIVE)) is is_held


def test_all_of_fewer_lines_must_be_there() -> None:
    assert holds(change(FIVE), change(FIVE[:2]))
    assert not holds(change(FIVE[1:]), change(FIVE[:2]))


def test_a_deletion_and_trivial_lines_count_where_there_is_nothing_else() -> None:
    assert holds(change(removed=FIVE), change(removed=FIVE))
    assert holds(change(lines("}", "alpha = 1")), change(lines("}")))
    assert not holds(change(lines("}")), change(lines("}", "alpha = 1")))
    assert not holds(change(FIVE), CommitChange([]))


def test_another_file_is_another_line_unless_it_was_renamed() -> None:
    there = change(FIVE, file=OTHER)
    assert not holds(there, change(FIVE))
    renamed = FileChange(OTHER, FILE, (), ())
    last = change(removed=FIVE[:1], file=OTHER)
    assert holds(there, change(FIVE), CommitChange([renamed]), last)
    assert find_largest_file(CommitChange([*change(FIVE).files, renamed])) == OTHER


def test_the_first_commit_that_holds_the_branch_is_its_squash() -> None:
    later = [(FIRST, change(FIVE[:3])), (SECOND, change(FIVE))]
    assert find_squash(change(FIVE), lambda _: later, lambda: [(change(FIVE), None)]) == SECOND


@pytest.mark.parametrize(("picked", "is_held"), [(3, True), (4, False), (None, False)])
def test_what_was_picked_before_is_not_wanted(picked: int | None, is_held: bool) -> None:
    """The squash, at position 4, has only what the pick did not bring."""
    rest = change(lines("rest = 1", "rest = 2"))
    branch = [(change(FIVE), picked), (rest, None)]
    found = find_squash(rest, lambda _: [(FIRST, rest)], lambda: branch)
    assert found == (FIRST if is_held else None)


def test_the_branch_is_read_only_when_a_commit_has_half_of_the_heads_lines() -> None:
    def read_branch() -> list[tuple[CommitChange, int | None]]:
        raise AssertionError

    later = [(FIRST, change(FIVE[3:]))]
    assert find_squash(change(FIVE), lambda _: later, read_branch) is None


def test_the_largest_file_has_most_changed_lines() -> None:
    files = [*change(FIVE[:1]).files, *change(FIVE[1:3], FIVE[3:], file=OTHER).files]
    assert find_largest_file(CommitChange(files)) == OTHER
    assert find_largest_file(change()) is None


def test_nontrivial_lines_are_those_of_the_file_that_say_something() -> None:
    made = CommitChange(
        [*change(lines("}", "alpha = 1"), FIVE[1:2]).files, *change(FIVE, file=OTHER).files]
    )
    assert made.nontrivial_lines(FILE) == frozenset(FIVE[:2])


def test_a_commit_may_be_the_squash_up_to_commits_that_share_a_line() -> None:
    others = [
        (1, FILE, change(FIVE[:2])),
        (2, FILE, change(FIVE[2:])),
        (3, FILE, change(lines("}"))),
        (4, OTHER, change(FIVE[:2], file=OTHER)),
    ]
    assert list(list_heads(change(FIVE[:1]), others)) == [1, 3]


def test_a_rewrite_is_better_evidence_than_a_patch_and_a_patch_than_a_squash() -> None:
    rewrite, patch = Landing(1, "rewrite", 10), Landing(2, "same_patch", 20)
    assert choose_landing(Landings(rewrite, patch, FIRST), SECOND) == rewrite
    assert choose_landing(Landings(None, patch, FIRST), SECOND) == patch
    assert choose_landing(Landings(None, None, SECOND), FIRST) == Landing(9, "squash", 100)
    assert choose_landing(Landings(None, None, FIRST), SECOND) == Landing(9, "squash", 100)
    assert choose_landing(Landings(None, None, None), None) is None


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
