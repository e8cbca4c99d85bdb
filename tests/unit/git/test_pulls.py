"""Which pull request a message names."""

from __future__ import annotations

import pytest

from aea.git.pulls import parse_pull_number


@pytest.mark.parametrize(
    ("message", "number"),
    [
        (b"Add tax (#123)", 123),
        (b"Add tax (#123)\n\n* one\n* two", 123),
        (b'Revert "Add tax (#12)" (#13)', 13),
        (b"Backport tax (#12) (#34)", 34),
        (b"Merge pull request #7 from ada/tax\n\nAdd tax (#6)", 7),
        (b"Merge pull request #8 in SHOP/cart from tax to main", 8),
        (b"Merged in tax (pull request #9)\n\nAdd tax", 9),
        (b"Merged PR 10: Add tax", 10),
        (b"Merge branch 'tax' into 'main'\n\nAdd tax\n\nSee merge request !11", 11),
        (b"Merge branch 'tax' into 'main'\r\n\r\nSee merge request shop/sub-group/cart!12\r\n", 12),
        (b"Add tax (!14)", 14),
    ],
)
def test_messages_that_name_one(message: bytes, number: int) -> None:
    assert parse_pull_number(message) == number


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"Add tax",
        b"Add tax #12",
        b"Add tax (#0)",
        b"Add tax (#12) again",
        b"Add tax\n\nBetter than before (#12)",
        b'Revert "Add tax (#12)"',
        b'Revert "Add tax (#12)"\n\nThis reverts merge request !12',
        b"Merge branch 'main' of example.org:shop/cart",
        b"Talk\n\nPlease See merge request !11 for more",
        b"Fix (#99999999999999999999)",
    ],
)
def test_messages_that_name_none(message: bytes) -> None:
    assert parse_pull_number(message) is None


def test_on_gitlab_a_hash_is_an_issue() -> None:
    for key in ("git:gitlab.com/shop/cart", "git:gitlab.example.org/shop/cart"):
        assert parse_pull_number(b"Add tax (#12)", key) is None
        assert parse_pull_number(b"Add tax (!12)", key) == 12
    assert parse_pull_number(b"Add tax (#12)", "git:github.com/shop/gitlab.com") == 12
