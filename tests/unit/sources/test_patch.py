"""Patches: the two grammars, and content that looks like grammar."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from aea.sources.patch import LineDiff, PatchFile, parse_apply_patch, parse_unified_diff


def apply_patch(*lines: str) -> str:
    return "\n".join(["*** Begin Patch", *lines, "*** End Patch", ""])


def test_add_tells_every_line_and_its_place() -> None:
    text = apply_patch("*** Add File: a.py", "+x = 1", "+", "+y = 2")
    assert parse_apply_patch(text, "/w") == [
        PatchFile("/w/a.py", None, "create", [b"x = 1", b"", b"y = 2"], [], [(1, 3)], [])
    ]


def test_update_has_lines_but_no_places() -> None:
    text = apply_patch(
        "*** Update File: src/a.py",
        "@@ class A:",
        " keep",
        "-old",
        "+new",
        "",
        "@@",
        "-last",
        "*** End of File",
    )
    assert parse_apply_patch(text, "/w") == [
        PatchFile("/w/src/a.py", None, "update", [b"new"], [b"old", b"last"], None, None)
    ]


def test_first_hunk_may_lack_its_mark() -> None:
    text = apply_patch("*** Update File: a", "-old", "+new")
    assert parse_apply_patch(text, "/w")[0][3:5] == ([b"new"], [b"old"])


def test_move_keeps_where_the_file_was() -> None:
    text = apply_patch("*** Update File: a", "*** Move to: b/c", "@@", "-1", "+2")
    (file,) = parse_apply_patch(text, "/w")
    assert (file.path, file.old_path, file.operation) == ("/w/b/c", "/w/a", "update")


def test_move_counts_only_below_its_header() -> None:
    text = apply_patch("*** Update File: a", "@@", "-1", "*** Move to: b")
    (file,) = parse_apply_patch(text, "/w")
    assert (file.path, file.old_path) == ("/w/a", None)


def test_delete_has_no_lines() -> None:
    text = apply_patch("*** Delete File: a", "*** Delete File: /abs/b")
    files = parse_apply_patch(text, "/w")
    assert [(file.path, file.operation, file.removed) for file in files] == [
        ("/w/a", "delete", []),
        ("/abs/b", "delete", []),
    ]


def test_marked_lines_are_content_whatever_they_look_like() -> None:
    text = apply_patch(
        "*** Add File: a",
        "+*** Add File: b",
        "+*** End Patch",
        "*** Update File: c",
        "@@",
        " *** Delete File: d",
        "--- x",
        "+++ y",
        "-*** End of File",
    )
    first, second = parse_apply_patch(text, "/w")
    assert first.added == [b"*** Add File: b", b"*** End Patch"]
    assert (second.added, second.removed) == ([b"++ y"], [b"-- x", b"*** End of File"])


def test_text_outside_a_patch_is_not_read() -> None:
    inside = apply_patch("*** Add File: a", "+1")
    text = f"*** Add File: no\n+0\n{inside}*** Add File: no\n+9\n{inside}"
    assert [file.path for file in parse_apply_patch(text, "/w")] == ["/w/a", "/w/a"]


def test_cut_patch_keeps_what_is_there() -> None:
    assert parse_apply_patch("*** Begin Patch\n*** Add File: a\n+1", None) == [
        PatchFile("a", None, "create", [b"1"], [], [(1, 1)], [])
    ]
    assert parse_apply_patch("", "/w") == []


def test_lone_surrogates_do_not_raise() -> None:
    (file,) = parse_apply_patch(apply_patch("*** Add File: a", "+\ud83d"), "/w")
    assert file.added == [b"\xed\xa0\xbd"]


def test_diff_goes_by_hunk_lengths() -> None:
    text = (
        "--- a\n+++ b\n@@ -1,3 +1,4 @@ def f():\n keep\n--- gone\n+++ here\n+more\n tail\n"
        "@@ -9 +10,0 @@\n-nine\n\\ No newline at end of file\n"
    )
    assert parse_unified_diff(text) == LineDiff(
        added=[b"++ here", b"more"],
        removed=[b"-- gone", b"nine"],
        added_runs=[(2, 2)],
        removed_runs=[(2, 1), (9, 1)],
    )


def test_diff_without_hunks_is_empty() -> None:
    assert parse_unified_diff("+a\n-b\n") == LineDiff([], [], [], [])


_LINE = st.sampled_from(["", "a", "-- a", "++ b", "@@ -1 +1 @@", " c", "\\ d", "*** End Patch"])


@given(st.lists(_LINE, max_size=12), st.lists(_LINE, max_size=12), st.integers(0, 3))
def test_diff_of_two_texts_is_read_back(before: list[str], after: list[str], width: int) -> None:
    text = "\n".join(difflib.unified_diff(before, after, n=width, lineterm=""))
    diff = parse_unified_diff(text)
    kept_before = _without(before, diff.removed, diff.removed_runs)
    kept_after = _without(after, diff.added, diff.added_runs)
    assert kept_before == kept_after


def _without(lines: list[str], taken: list[bytes], runs: list[tuple[int, int]]) -> list[str]:
    """The lines outside the runs, after a look that the runs hold what was taken."""
    inside = [number - 1 for first, count in runs for number in range(first, first + count)]
    assert [lines[index].encode() for index in inside] == taken
    return [line for index, line in enumerate(lines) if index not in set(inside)]
