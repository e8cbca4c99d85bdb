"""Lines and their offsets."""

from __future__ import annotations

import pytest

from aea.sources.jsonl import whole_lines


@pytest.mark.parametrize(
    ("chunk", "expected"),
    [
        (b"", []),
        (b"\n", []),
        (b"\r\n \t\n", []),
        (b"a\n", [(100, b"a")]),
        (b"a\r\n\nbc\n", [(100, b"a\r"), (104, b"bc")]),
        (b"\x00\nb\n", [(100, b"\x00"), (102, b"b")]),
        (b"a\nrest", [(100, b"a")]),
    ],
)
def test_whole_lines(chunk: bytes, expected: list[tuple[int, bytes]]) -> None:
    assert list(whole_lines(chunk, 100)) == expected
