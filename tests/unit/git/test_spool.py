"""The spool: whole records become notices, whatever stands around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aea.git.spool import Notice, parse_spool

ONE = b"1\0post-commit\0/work/a\0\0\n"
TWO = b"1\0post-merge\0/work/new\nline\t1\0/work/.git/worktrees/x\0\n"
NOTICES = [
    Notice("post-commit", "/work/a", ""),
    Notice("post-merge", "/work/new\nline\t1", "/work/.git/worktrees/x"),
]


def test_records() -> None:
    assert parse_spool(ONE + TWO) == (NOTICES, len(ONE + TWO))
    assert parse_spool(b"") == ([], 0)


def test_unfinished_record_waits() -> None:
    for cut in range(len(TWO)):
        assert parse_spool(ONE + TWO[:cut]) == (NOTICES[:1], len(ONE))


def test_torn_and_foreign_records_are_skipped() -> None:
    for cut in range(1, len(TWO)):
        assert parse_spool(TWO[:cut] + ONE)[0][-1] == NOTICES[0]
        assert parse_spool(TWO[cut:] + ONE) == (NOTICES[:1], len(TWO) - cut + len(ONE))
    garbage = b"2\0post-commit\0/x\0\0\n{json}\n1\0NAME\0/x\0\0\n1\0post-commit\0relative\0\0\n"
    assert parse_spool(garbage + ONE) == (NOTICES[:1], len(garbage + ONE))


def test_renamed_script_keeps_its_hook() -> None:
    record = b"1\0post-commit.legacy\0/a\0\0\n1\0hook\0C:/a\0\0\n"
    names = [(notice.hook, notice.directory) for notice in parse_spool(record)[0]]
    assert names == [("post-commit", "/a"), ("hook", "C:/a")]


@given(st.binary(max_size=200))
def test_any_bytes(chunk: bytes) -> None:
    notices, consumed = parse_spool(chunk)
    assert 0 <= consumed <= len(chunk)
    assert parse_spool(chunk[consumed:]) == ([], 0)
    assert not notices or consumed
