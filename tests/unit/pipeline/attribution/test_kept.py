"""What stood there before is not new, however it is laid out; what is really new stays new."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest

from aea.lines import hash_lines, pack_runs, text_lines
from aea.pipeline.attribution.kept import find_kept
from aea.pipeline.attribution.model import CommitFile

OLD = """\
def total(cart):
    result=0
    for item in cart:
        if item.price > 0:
            result += item.price
    return result
"""


def kept(old: str, new: str, elsewhere: str = "") -> list[str]:
    """The added lines that stood there before, of a commit from one text to the other."""
    before, after = text_lines(old), text_lines(new)
    added: list[tuple[int, int]] = []
    removed: list[tuple[int, int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        removed += [(a + 1, b - a)] if tag != "equal" and b > a else []
        added += [(c + 1, d - c)] if tag != "equal" and d > c else []
    new_lines = [after[at] for first, count in added for at in range(first - 1, first - 1 + count)]
    old_lines = [
        before[at] for first, count in removed for at in range(first - 1, first - 1 + count)
    ]
    file = CommitFile(
        1,
        pack_runs(added),
        hash_lines(new_lines),
        pack_runs(removed),
        hash_lines(old_lines),
        None if before else 1,
    )
    others = [_hashes(elsewhere)] if elsewhere else []
    return [new_lines[index].decode().strip() for index in sorted(find_kept(file, others))]


def _hashes(text: str) -> tuple[int, ...]:
    stored = hash_lines(text_lines(text))
    return tuple(int.from_bytes(stored[at : at + 8], "big") for at in range(0, len(stored), 8))


def stripped(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def indent(text: str, by: str = "    ") -> str:
    return "".join(by + line for line in text.splitlines(keepends=True))


@pytest.mark.parametrize(
    "new",
    [
        indent(OLD),
        indent(OLD, "\t"),
        OLD.replace("    ", "\t").replace("def", " def"),
        "".join(line + "  \n" for line in OLD.splitlines()),
    ],
)
def test_lines_with_other_white_space_are_kept(new: str) -> None:
    changed = [line for line in new.splitlines() if line not in OLD.splitlines()]
    assert kept(OLD, new) == [line.strip() for line in changed]


def test_line_ends_do_not_count() -> None:
    assert kept(OLD.replace("\n", "\r\n"), OLD) == stripped(OLD)


def test_blank_lines_between_kept_lines_are_not_kept() -> None:
    new = "\n\n".join(indent(OLD).splitlines()) + "\n"
    assert kept(OLD, new) == stripped(OLD)


def test_lines_around_which_a_block_was_put_are_kept() -> None:
    new = "if ready:\n" + indent(OLD) + "    log(result)\nelse:\n    stop()\n"
    assert kept(OLD, new) == stripped(OLD)


def test_a_block_with_braces_is_kept_in_another_block() -> None:
    old = "if (a) {\n    if (b) {\n        run(a, b);\n    }\n}\nstop();\n"
    new = "while (go()) {\n" + indent(old) + "}\n"
    assert {"if (a) {", "if (b) {", "run(a, b);", "stop();"} <= set(kept(old, new))
    assert "while (go()) {" not in kept(old, new)


LONG = "value = compute(first_part, second_part, third_part)\n"
BROKEN = "value = compute(\n    first_part,\n    second_part,\n    third_part,\n)\n"


def test_broken_and_joined_lines_are_kept() -> None:
    assert kept(LONG, BROKEN) == stripped(BROKEN)
    assert kept(BROKEN, LONG) == stripped(LONG)


def test_broken_lines_between_new_ones_are_kept() -> None:
    assert kept(LONG, "load_all()\n" + BROKEN + "store_all()\n") == stripped(BROKEN)
    assert kept(BROKEN, "load_all()\n" + LONG + "store_all()\n") == stripped(LONG)


def test_a_line_with_other_signs_is_new() -> None:
    assert kept("value = first + second\n", "value = first - second\n") == []


def test_a_line_that_is_there_twice_now_is_new_once() -> None:
    old = "def one():\n  return None\n"
    new = "def one():\n    return None\n\n\ndef two():\n    return None\n"
    assert kept(old, new) == ["return None"]


def test_a_line_removed_far_away_is_no_reason() -> None:
    between = "".join(f"step_{n}()\n" for n in range(20))
    old = "def one():\n    return None\n" + between
    assert kept(old, "def one():\n" + between + "def two():\n    return None\n") == []


def test_a_bracket_alone_is_not_kept() -> None:
    assert kept("old_call(1)\n  }\n", "new_call(2)\n    }\n") == []


def test_a_new_file_made_of_the_lines_of_another_was_renamed_and_formatted() -> None:
    formatted = OLD.replace("    ", "\t").replace("result=0", "result = 0")
    assert len(kept("", formatted, OLD)) == 6
    assert kept("", formatted + "def more():\n\treturn total(cart) + postage\n" * 2, OLD) == []
    assert kept("", "".join(OLD.splitlines(keepends=True)[:2]), OLD) == []  # too few to tell


def test_a_block_that_moves_elsewhere_is_work() -> None:
    head = "".join(f"import module_{number}\n" for number in range(9))
    assert kept(OLD + head, head + OLD) == []
    assert kept("import os\n", f"import os\n{OLD}", OLD) == []


def test_many_equal_lines_are_compared_in_one_pass() -> None:
    many = "same_value,\n" * 20_000
    assert len(kept_hunk(many, indent(many))) == 20_000


def kept_hunk(old: str, new: str) -> dict[int, tuple[int, ...]]:
    """The kept lines when a whole text replaces another."""
    before, after = text_lines(old), text_lines(new)
    return find_kept(
        CommitFile(
            1,
            pack_runs([(1, len(after))]),
            hash_lines(after),
            pack_runs([(1, len(before))]),
            hash_lines(before),
            None,
        ),
        [],
    )
