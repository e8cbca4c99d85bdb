"""Time stamps in the forms that providers write."""

from __future__ import annotations

import pytest

from aea.sources.instants import instant


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-02-03T10:00:00.123Z", 1770112800123),
        ("2026-02-03T11:00:00.123456+01:00", 1770112800123),
        ("2026-02-03T10:00:00", 1770112800000),
        ("1969-12-31T23:59:59Z", -1000),
        (1770112800, 1770112800000),
        (1770112800.5, 1770112800500),
        (1770112800123, 1770112800123),
        (0, 0),
        (-1, None),
        (1e300, None),
        (float("nan"), None),
        ("", None),
        ("yesterday", None),
        ("2026-13-01T00:00:00Z", None),
        (None, None),
    ],
)
def test_instant(stamp: str | float | None, expected: int | None) -> None:
    assert instant(stamp) == expected
