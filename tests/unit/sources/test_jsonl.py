"""Lines and their offsets; lines that are several records."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.sources.jsonl import parts, whole_lines


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


A = b'{"type":"user","message":{"content":[{"type":"text","text":"a{b}{\\"c\\""}]},"timestamp":"1"}'
B = '{"timestamp":"2","message":{"content":"été }{"}}'.encode()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (A + B, [(0, True), (len(A), True)]),
        (A + b" \r" + B, [(0, True), (len(A) + 2, True)]),
        (A + b"\x00" * 9 + B + b"\x00", [(0, True), (len(A) + 9, True)]),
        (b"\xef\xbb\xbf" + A + B, [(3, True), (3 + len(A), True)]),
        (A + A + B, [(0, True), (len(A), True), (2 * len(A), True)]),
        (A[:30] + B, [(0, False), (30, True)]),
        (A[:26] + B, [(0, False), (26, True)]),  # torn behind a colon
        (A + B[:9], [(0, True), (len(A), False)]),
        (A + B[:9] + A, [(0, True), (len(A), False), (len(A) + 9, True)]),
        (A[40:] + B, [(0, False), (len(A) - 40, True)]),
        (A[: A.index(b"]}")], [(0, False)]),  # torn behind an object of its own
        (b"\x00\x00", [(0, False)]),
        (b"{}", [(0, False)]),
        (b'{"a":' * 100_000, [(0, False)]),
    ],
)
def test_parts_of_a_line(line: bytes, expected: list[tuple[int, bool]]) -> None:
    found = parts(line)
    assert [(part.start, part.is_record) for part in found] == expected
    assert all(line[part.start :].startswith(part.data) for part in found)


@given(st.lists(st.sampled_from([A, B]), min_size=1, max_size=4), st.binary(max_size=6), st.data())
def test_every_whole_record_of_a_line_is_found(
    records: list[bytes], junk: bytes, data: st.DataObject
) -> None:
    torn = A[: data.draw(st.integers(0, len(A) - 1))] + junk.replace(b"{", b"").replace(b"\n", b"")
    found = [part.data for part in parts(torn + b"".join(records)) if part.is_record]
    assert found[-len(records) :] == records
    assert all(isinstance(json.loads(part), dict) for part in found)
