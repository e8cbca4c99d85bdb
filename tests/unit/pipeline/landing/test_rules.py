"""What a branch amounts to, and whether one commit holds it."""

from __future__ import annotations

import pytest

from aea.lines import hash_lines, hash_numbers
from aea.pipeline.landing.rules import Change, Net, meaningful

FILE, OTHER = 1, 2


def lines(*texts: str) -> tuple[int, ...]:
    return hash_numbers(hash_lines([text.encode() for text in texts]))


def change(added: tuple[int, ...] = (), removed: tuple[int, ...] = (), file: int = FILE) -> Change:
    return Change(file, None, added, removed)


def net(*commits: list[Change]) -> Net:
    made = Net()
    for changes in commits:
        made.take(changes)
    return made


FIVE = lines("alpha = 1", "beta = 2", "gamma = 3", "delta = 4", "omega = 5")


def test_what_came_and_went_is_not_wanted() -> None:
    branch = net([change(FIVE)], [change(lines("better = 1"), FIVE[:1])])
    assert branch.is_in([change((*FIVE[1:], *lines("better = 1")))])


@pytest.mark.parametrize(("there", "is_in"), [(5, True), (4, True), (3, False)])
def test_four_fifths_of_five_lines_are_enough(there: int, is_in: bool) -> None:
    assert net([change(FIVE)]).is_in([change(FIVE[:there])]) is is_in


def test_all_of_fewer_lines_must_be_there() -> None:
    assert net([change(FIVE[:2])]).is_in([change(FIVE)])
    assert not net([change(FIVE[:2])]).is_in([change(FIVE[1:])])


def test_a_deletion_and_trivial_lines_count_where_there_is_nothing_else() -> None:
    assert net([change(removed=FIVE)]).is_in([change(removed=FIVE)])
    assert net([change(lines("}"))]).is_in([change(lines("}", "alpha = 1"))])
    assert not net([change(lines("}", "alpha = 1"))]).is_in([change(lines("}"))])
    assert not net([]).is_in([change(FIVE)])


def test_another_file_is_another_line_unless_it_was_renamed() -> None:
    assert not net([change(FIVE)]).is_in([change(FIVE, file=OTHER)])
    renamed = net([change(FIVE)], [Change(OTHER, FILE, (), ())])
    assert renamed.is_in([change(FIVE, file=OTHER)])
    assert renamed.lead_file() == OTHER


def test_meaningful_lines_are_those_of_the_file_that_say_something() -> None:
    told = meaningful([change(lines("}", "alpha = 1"), FIVE[1:2]), change(FIVE, file=OTHER)], FILE)
    assert told == frozenset(FIVE[:2])
