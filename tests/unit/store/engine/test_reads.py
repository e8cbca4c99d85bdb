"""The lines of headers: their forms, and which other headers count."""

from __future__ import annotations

import pytest

from aea.store.engine import reads
from aea.store.engine.sqlfiles import SqlFile


def header(*lines: str) -> SqlFile:
    return SqlFile("event", "event_x", "".join(f"-- {line}\n" for line in ("event_x", *lines)))


def only(line: str) -> reads.Read:
    (read,) = reads.own_lines(header(f"reads: {line}"), "dirty_x")
    return read


def test_a_line_names_the_columns_of_the_key_or_a_query() -> None:
    by_columns = only("fact_a -> commit_id, file_id")
    by_query = only("fact_a (b, c) -> dirty_y: SELECT id FROM fact_d WHERE e = row.e AND f = row.f")

    assert (by_columns.source, by_columns.columns, by_columns.target) == ("fact_a", None, "dirty_x")
    assert by_columns.row_columns() == {"commit_id", "file_id"}
    assert (by_query.columns, by_query.target) == ({"b", "c"}, "dirty_y")
    assert by_query.row_columns() == {"e", "f"}
    assert not by_query.names_header()


def test_other_lines_mark_nothing_themselves() -> None:
    by_hand = only("fact_a, by hand: dirty_x_one, dirty_x_two")
    through, constant, named = map(only, ("fact_a, with fact_b", "fact_a, constant", "build_a"))

    assert by_hand.by_hand == ("dirty_x_one", "dirty_x_two")
    assert through.through == "fact_b"
    assert constant.is_constant
    assert [line.names_header() for line in (by_hand, through, constant, named)] == [
        False,
        False,
        False,
        True,
    ]
    assert {line.target for line in (by_hand, through, constant, named)} == {""}


def test_indented_lines_continue_a_line() -> None:
    file = header("reads: fact_a -> SELECT id", "    FROM fact_b WHERE c = row.c", "A comment.")

    assert [line.key for line in reads.own_lines(file)] == ["SELECT id FROM fact_b WHERE c = row.c"]


def test_a_line_of_no_known_form_is_met_when_the_database_is_made() -> None:
    with pytest.raises(AssertionError, match="event_x has a reads line of no known form"):
        only("fact_a => commit_id")
    with pytest.raises(AssertionError, match="names fact_a without saying what a change of it"):
        list(reads.read_lines(header("reads: fact_a"), "dirty_x"))


def test_the_lines_of_a_header_that_is_named_mark_for_the_one_that_names_it() -> None:
    lines = list(reads.read_lines(header("reads: build_session"), "dirty_x"))

    assert "metadata_sessions" in {line.source for line in lines}
    assert {line.target for line in lines if line.key} == {"dirty_x"}
