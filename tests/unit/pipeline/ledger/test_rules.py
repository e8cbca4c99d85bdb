"""Which lines one commit keeps under another number, and which it removes."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.lines import hash_lines, hash_numbers
from aea.pipeline.ledger.rules import FileDiff, follow_lines, list_runs

FILE, OTHER = 1, 2
BLOCK = ["def total(cart):", "    result = sum(cart)", "    return result"]
HEAD = ["import math", "import sys", "import os"]


def diff(old: list[str], new: list[str], file: int = FILE, old_file: int = 0) -> FileDiff:
    """One file as git compares it: runs and hashes of added and removed lines."""
    removed: list[int] = []
    added: list[int] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += range(a + 1, b + 1)
            added += range(c + 1, d + 1)
    sides = [
        (tuple(list_runs(numbers)), _hashes([text[number - 1] for number in numbers]))
        for numbers, text in ((added, new), (removed, old))
    ]
    return FileDiff(file, old_file or file, *sides[0], *sides[1])


def _hashes(lines: list[str]) -> tuple[int, ...]:
    return hash_numbers(hash_lines([line.encode() for line in lines]))


@given(
    st.lists(st.sampled_from("abcdefg"), max_size=12),
    st.lists(st.sampled_from("abcdefg"), max_size=12),
)
def test_a_line_that_stays_has_its_number_of_before(old: list[str], new: list[str]) -> None:
    made = diff(old, new)
    added = {n for first, count in made.added_runs for n in range(first, first + count)}
    for number, line in enumerate(new, 1):
        before = made.number_before(number)
        assert (before is None) == (number in added)
        assert before is None or old[before - 1] == line


@pytest.mark.parametrize(
    "new",
    [
        [*HEAD, *BLOCK],
        ["if True:", *(f"    {line}" for line in BLOCK), *HEAD],
        ["def total(", "    cart,", "):", *BLOCK[1:], *HEAD],
    ],
    ids=["moved", "indented", "broken"],
)
def test_what_is_moved_indented_or_broken_is_kept(new: list[str]) -> None:
    found = follow_lines([diff([*BLOCK, *HEAD], new)])
    assert found.removed == {}


def test_a_line_with_another_text_is_gone() -> None:
    found = follow_lines([diff(BLOCK, [*BLOCK[:2], "    return round(result)"])])
    assert list(found.removed) == [(FILE, 3)]
    assert found.kept == {}


def test_a_block_may_move_to_another_file_but_a_single_line_does_not() -> None:
    there = follow_lines([diff([*HEAD, *BLOCK], HEAD), diff([], BLOCK, OTHER)])
    assert there.removed == {}
    assert there.kept == {(OTHER, n): [(FILE, n + 3)] for n in (1, 2, 3)}
    alone = follow_lines([diff([*HEAD, BLOCK[2]], HEAD), diff([], BLOCK[2:], OTHER)])
    assert list(alone.removed) == [(FILE, 4)]


def test_lines_are_told_by_the_name_the_file_had() -> None:
    found = follow_lines([diff(BLOCK, BLOCK[:2], FILE, OTHER)])
    assert list(found.removed) == [(OTHER, 3)]


def test_runs_are_neighbours() -> None:
    assert list_runs([5, 1, 2, 7, 6]) == [(1, 2), (5, 3)]
