"""Each stage decides what its rule says, and nothing else."""

from __future__ import annotations

import pytest

from aea.lines import hash_lines, pack_runs
from aea.pipeline.attribution.kept import parse_hunks
from aea.pipeline.attribution.model import Commit, CommitFile, Hunk, Order
from aea.pipeline.attribution.rules import (
    SECOND_MS,
    WINDOW_MS,
    match,
    parse_write,
    write_window,
    written_until,
)
from tests.support.lines import ADA, BOB, HOUR, commit, hashes, origin, owners, write

DAY = 24 * HOUR

BLOCK = "def total(cart):\n    result = 0\n    for item in cart:\n        result += item.price\n"


def test_a_write_where_it_stands_is_replayed() -> None:
    assert owners(commit(BLOCK, write(7, BLOCK, line=1))) == dict.fromkeys(
        range(1, 5), (ADA, "replay")
    )


def test_a_write_elsewhere_is_a_run_and_a_line_of_it_is_spent_once() -> None:
    case = commit(BLOCK + BLOCK, write(7, BLOCK, line=40))
    claims = match(case)
    assert [(number, claim.stage) for number, claim in claims] == [(n, "run") for n in range(1, 5)]
    assert [claim.change_line for _, claim in claims] == [0, 1, 2, 3]


def test_what_earlier_commits_hold_is_not_there_any_more() -> None:
    used = {(7, line) for line in range(4)}
    assert owners(commit(BLOCK, write(7, BLOCK), used=used)) == {}


def test_of_equal_lines_the_one_that_stands_there_counts() -> None:
    first = write(1, "value = compute()\n", line=3, owner=ADA)
    second = write(2, "value = compute()\n", line=9, owner=BOB, at=HOUR + 1)
    case = commit("value = compute()\n" * 2, second, first, numbers=(3, 9))
    assert owners(case) == {3: (ADA, "replay"), 9: (BOB, "replay")}


def test_a_later_write_moves_the_lines_below_it() -> None:
    below = write(1, "alpha = 1\nbeta = 2\n", line=5)
    above = write(2, "gamma = 3\n", line=2, at=HOUR + 1)
    case = commit("gamma = 3\nalpha = 1\nbeta = 2\n", above, below, numbers=(2, 6, 7))
    assert {stage for _, stage in owners(case).values()} == {"replay"}


def test_a_line_that_was_taken_away_again_is_no_evidence() -> None:
    came = write(1, "debug = True\n", line=4)
    went = write(2, "", "debug = True\n", line=4, at=HOUR + 1)
    assert owners(commit("debug = True\n", went, came)) == {}
    assert owners(commit(BLOCK, write(2, "", BLOCK, line=1, at=HOUR + 1), write(1, BLOCK, line=1)))


def test_trivial_lines_match_only_beside_others() -> None:
    assert owners(commit("}\n\n", write(7, "}\n\n", line=1))) == {}
    with_anchor = "close();\n}\n\n"
    assert len(owners(commit(with_anchor, write(7, with_anchor, line=1)))) == 3


def test_a_person_between_the_lines_of_a_session_stays_unattributed() -> None:
    case = commit(
        "alpha = 1\nbeta = 2\nmine = 9\ngamma = 3\n", write(7, "alpha = 1\nbeta = 2\ngamma = 3\n")
    )
    assert sorted(owners(case)) == [1, 2, 4]


def test_a_line_that_a_person_changed_is_not_the_sessions() -> None:
    assert sorted(owners(commit("alpha = 1\nbeta = 22\n", write(7, "alpha = 1\nbeta = 2\n")))) == [
        1
    ]


def test_one_line_passed_over_by_an_earlier_commit_is_too_little() -> None:
    old = write(7, "value = compute()\n")
    assert owners(commit("value = compute()\n", old)) == {1: (ADA, "run")}
    assert owners(commit("value = compute()\n", old, fresh_from=HOUR)) == {}
    assert len(owners(commit(BLOCK, write(7, BLOCK), fresh_from=HOUR))) == 4


def test_another_name_of_the_file_needs_three_lines() -> None:
    assert owners(commit("one = 1\ntwo = 2\n", write(7, "one = 1\ntwo = 2\n", file_id=2))) == {}
    moved = owners(commit(BLOCK, write(7, BLOCK, file_id=2)))
    assert moved == dict.fromkeys(range(1, 5), (ADA, "move"))


def test_new_indentation_is_formatting() -> None:
    indented = "".join("    " + line + "\n" for line in BLOCK.splitlines())
    assert set(owners(commit(indented, write(7, BLOCK))).values()) == {(ADA, "format")}


def test_lines_that_a_formatter_broke_or_joined() -> None:
    wrote = "start(one)\ncall(first, second)\nvalue = (\n    alpha +\n    beta\n)\nend(two)\n"
    formatted = "start(one)\ncall(\n    first,\n    second,\n)\nvalue = alpha + beta\nend(two)\n"
    found = owners(commit(formatted, write(7, wrote)))
    assert [found[number][1] for number in range(1, 8)] == ["run", *["format"] * 5, "run"]


def test_a_commit_that_only_reformats_carries_the_owner() -> None:
    before = "call(first, second)\nvalue = (\n    alpha +\n    beta\n)\n"
    after = "call(\n    first,\n    second,\n)\nvalue = alpha + beta\n"
    past = [origin(5, before, ADA)]
    claims = match(commit(after, earlier=past, ancestors={5}, removed=before))
    assert [(n, c.stage, c.is_carried) for n, c in claims] == [
        (n, "format", True) for n in range(1, 6)
    ]
    mixed = [origin(6, "call(first, second)\n", BOB), origin(5, before, ADA)]
    found = [
        owner
        for owner, _ in owners(
            commit(after, earlier=mixed, ancestors={5, 6}, removed=before)
        ).values()
    ]
    assert found == [BOB] * 4 + [ADA]


def test_blank_lines_inside_are_filled_but_not_at_the_edge() -> None:
    case = commit("\nalpha = 1\n\nbeta = 2\n\n", write(7, "alpha = 1\nbeta = 2\n"))
    assert owners(case) == {2: (ADA, "run"), 3: (ADA, "fill"), 4: (ADA, "run")}


def test_a_rewritten_commit_keeps_owners_and_spends_nothing() -> None:
    before = origin(5, BLOCK, BOB)
    claims = match(commit(BLOCK, write(7, BLOCK), replaced=[before]))
    assert {(c.owner, c.stage, c.change_key, c.origin_id) for _, c in claims} == {
        (BOB, "lineage", None, 5)
    }
    assert owners(commit(BLOCK, write(7, BLOCK), replaced=[origin(5, BLOCK, None)])) == {}


def test_an_amended_commit_spends_only_what_is_new() -> None:
    case = commit(
        BLOCK + "return_it = 1\n", write(7, "return_it = 1\n"), replaced=[origin(5, BLOCK, BOB)]
    )
    assert owners(case) == dict.fromkeys(range(1, 5), (BOB, "lineage")) | {5: (ADA, "run")}


def test_a_squash_finds_its_lines_on_the_other_branch() -> None:
    both = [origin(6, "omega = 9\n", BOB), origin(5, BLOCK, ADA)]
    found = owners(commit(BLOCK + "omega = 9\n", earlier=both))
    assert found == dict.fromkeys(range(1, 5), (ADA, "lineage")) | {5: (BOB, "lineage")}


def test_lines_of_the_own_past_are_carried_if_they_went_or_are_many() -> None:
    past = [origin(5, "omega = 9\n", ADA)]
    assert owners(commit("omega = 9\n", earlier=past, ancestors={5})) == {}
    ((_, claim),) = match(commit("omega = 9\n", earlier=past, ancestors={5}, removed="omega = 9\n"))
    assert (claim.owner, claim.is_carried, claim.confidence) == (ADA, True, 0.6)
    many = match(commit(BLOCK, earlier=[origin(5, BLOCK, ADA)], ancestors={5}))
    assert all(claim.is_carried for _, claim in many)
    assert len(many) == 4


def test_fresh_writes_come_before_the_past() -> None:
    case = commit(BLOCK, write(7, BLOCK, owner=BOB), earlier=[origin(5, BLOCK, ADA)])
    assert {owner for owner, _ in owners(case).values()} == {BOB}


def test_the_longest_run_is_taken_first() -> None:
    short = write(2, "    result = 0\n", owner=BOB, at=HOUR + 1)
    case = commit(BLOCK, short, write(1, BLOCK))
    assert {owner for owner, _ in owners(case).values()} == {ADA}


def test_a_write_may_be_thirty_days_older_than_either_date_of_a_commit() -> None:
    rebased = Commit(1, 1, Order(9, 9, "a"), 40 * DAY, 10 * DAY, "", None)
    assert write_window(rebased) == (10 * DAY + SECOND_MS - WINDOW_MS, 40 * DAY + SECOND_MS)


def test_of_a_rebased_commit_without_original_the_author_date_counts() -> None:
    rebased = Commit(1, 1, Order(9, 9, "a"), 40 * DAY, 10 * DAY, "", None)
    assert written_until(rebased, is_original_known=True) == 40 * DAY + SECOND_MS
    assert written_until(rebased, is_original_known=False) == 10 * DAY + SECOND_MS


def test_hunks_are_added_lines_in_the_place_of_removed_ones() -> None:
    file = CommitFile(
        1,
        pack_runs([(2, 2), (9, 1)]),  # lines 2 and 3 replace line 2; line 9 follows old line 7
        b"",
        pack_runs([(2, 1), (5, 1)]),
        hash_lines([b"old two", b"old five"]),
        None,
    )
    assert parse_hunks(file) == [Hunk(0, 2, hashes("old two\n"))]


@pytest.mark.parametrize(
    ("operation", "is_before_known", "first", "is_whole"),
    [("create", 1, 1, True), ("edit", 1, 1, False), ("edit", 0, 1, True), ("edit", 0, 4, False)],
)
def test_lines_from_one_on_over_unknown_text_replace_the_file(
    operation: str, is_before_known: int, first: int, is_whole: bool
) -> None:
    added, runs = hash_lines([b"alpha = 1", b"beta = 2"]), pack_runs([(first, 2)])
    made = parse_write(7, 1, None, HOUR, 1, operation, is_before_known, added, b"", runs, None)
    assert made.is_whole is is_whole
    assert (made.added_at, made.removed_at) == ((first, first + 1), None)


def test_lines_of_a_program_count_after_all_better_evidence() -> None:
    program = write(1, BLOCK, owner=BOB, is_script=True, at=HOUR + 1)
    assert owners(commit(BLOCK, program)) == dict.fromkeys(range(1, 5), (BOB, "script"))
    edit = write(2, BLOCK)
    assert {owner for owner, _ in owners(commit(BLOCK, program, edit)).values()} == {ADA}


def test_a_trivial_line_of_a_program_is_no_evidence() -> None:
    assert owners(commit("}\n", write(1, "}\n", is_script=True))) == {}
