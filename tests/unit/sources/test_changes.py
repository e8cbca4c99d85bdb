"""Lines that differ, and replacements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.sources.changes import change, line_diff, replaced

LINES = st.lists(st.sampled_from([b"a", b"b", b"c", b""]), max_size=12)


@given(LINES, LINES)
def test_a_change_makes_the_new_text_of_the_old_one(old: list[bytes], new: list[bytes]) -> None:
    found = change(old, new)
    assert found.added_runs is not None
    assert found.removed_runs is not None
    gone = {number for first, count in found.removed_runs for number in range(first, first + count)}
    come = [number for first, count in found.added_runs for number in range(first, first + count)]
    assert [old[number - 1] for number in sorted(gone)] == found.removed
    assert [new[number - 1] for number in come] == found.added
    kept = [line for number, line in enumerate(old, 1) if number not in gone]
    for number, line in zip(come, found.added, strict=True):
        kept.insert(number - 1, line)
    assert kept == new
    assert line_diff(old, new) == (found.removed, found.added)


def test_a_very_long_change_has_lines_without_positions() -> None:
    old = [b"%d" % number for number in range(9_000)]
    new = [b"x" + line if number % 3 == 0 else line for number, line in enumerate(old)]
    found = change(old, new)
    assert (len(found.added), len(found.removed)) == (3_000, 3_000)
    assert (found.added_runs, found.removed_runs) == (None, None)


@pytest.mark.parametrize(
    ("text", "old", "new", "every", "expected"),
    [
        ("a b a", "a", "c", True, "c b c"),
        ("a b a", "a", "c", False, "c b a"),
        ("a\nb\n", "b", "", False, "a\n"),
        ("a\nb", "b", "", False, "a\n"),
        ("", "", "new", False, "new"),
        ("a", "", "new", False, None),
        ("a", "b", "new", False, None),
    ],
)
def test_replaced(text: str, old: str, new: str, every: bool, expected: str | None) -> None:
    assert replaced(text, old, new, every=every) == expected
