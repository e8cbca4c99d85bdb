"""Which lines a session added and removed again."""

from __future__ import annotations

import pytest

from aea.lines import hash_lines
from aea.pipeline.undone.rules import Write, count_undone

A, B, C = "alpha = 1", "beta = 2", "gamma = 3"


def _write(*changes: str, known: bool = True, delete: bool = False, moved: bool = False) -> Write:
    """Changes as in a diff: `+line`, `-line`."""
    parts = [
        hash_lines([change[1:].encode() for change in changes if change[0] == sign])
        for sign in "+-"
    ]
    return Write(known, delete, moved, *parts)


@pytest.mark.parametrize(
    ("writes", "expected"),
    [
        ([], (0, 0)),
        ([_write(f"+{A}", f"+{B}")], (2, 0)),
        ([_write(f"+{A}", f"+{B}"), _write(f"-{A}")], (2, 1)),
        ([_write(f"+{A}"), _write(f"-{A}", f"+{B}"), _write(f"-{B}", f"+{C}")], (3, 2)),
        ([_write(f"-{A}")], (0, 0)),  # it was there before the session
        ([_write(f"-{A}"), _write(f"+{A}")], (1, 0)),  # what was removed comes back
        ([_write(f"+{A}"), _write(f"-{A}"), _write(f"-{A}")], (1, 1)),
        ([_write(f"+{A}", f"+{A}"), _write(f"-{A}")], (2, 1)),
        ([_write(f"+{A}"), _write(f"-{A}", f"+  {A}")], (1, 0)),  # indented
        ([_write(f"+{A}"), _write(f"-  {A}")], (1, 1)),
        ([_write("+}", f"+{A}"), _write("-}")], (1, 0)),  # trivial
        ([_write(f"+{A}", f"+{B}"), _write(delete=True)], (2, 2)),
        ([_write(f"+{A}"), _write(moved=True), _write(f"-{A}")], (1, 0)),
        ([_write(f"+{A}"), _write(f"+{B}", known=False), _write(f"-{A}", f"-{B}")], (1, 1)),
    ],
)
def test_lines_added_and_undone(writes: list[Write], expected: tuple[int, int]) -> None:
    assert count_undone(writes) == expected
