"""The lines that a Claude Code tool call changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aea import lines
from tests.support.claude import called, change


def test_the_hunks_are_the_truth() -> None:
    hunks = [
        {"oldStart": 3, "newStart": 3, "lines": [" a", "-x", "+y", " b"]},
        {"oldStart": 9, "newStart": 9, "lines": ["-x", "+y", "+z", "\\ No newline at end of file"]},
    ]
    asked = {"file_path": "/w/a", "old_string": "x", "new_string": "other", "replace_all": True}
    result = {"structuredPatch": hunks, "originalFile": "whole", "userModified": True}
    found = change("Edit", asked, result)
    assert (found.lines_added, found.lines_removed) == (3, 2)
    assert found.added_hashes == lines.hash_lines([b"y", b"y", b"z"])
    assert lines.unpack_runs(found.added_runs or b"") == [(4, 1), (9, 2)]
    assert lines.unpack_runs(found.removed_runs or b"") == [(4, 1), (9, 1)]
    assert (found.is_before_known, found.is_user_modified) == (True, True)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"type": "create", "structuredPatch": [], "originalFile": None}, ("create", 2, 0, True)),
        (
            {"type": "update", "structuredPatch": [], "originalFile": "a\nb\n"},
            ("update", 0, 0, True),
        ),
        (
            {"type": "update", "structuredPatch": [], "originalFile": "a\nc\n"},
            ("update", 1, 1, True),
        ),
        ({"type": "update", "structuredPatch": [], "originalFile": ""}, ("update", 2, 0, True)),
        (
            {"type": "update", "structuredPatch": [], "originalFile": None},
            ("update", None, None, False),
        ),
    ],
)
def test_write_without_hunks(result: dict[str, Any], expected: tuple[object, ...]) -> None:
    text = "a\nb\n"
    found = change("Write", {"file_path": "/w/a", "content": text}, result | {"content": text})
    told = found.operation, found.lines_added, found.lines_removed, found.is_before_known
    assert told == expected


def test_lines_of_windows_files_are_the_lines_that_git_shows() -> None:
    asked = {"file_path": "C:\\w\\a.txt", "content": "one\r\ntwo\r\n"}
    found = change("Write", asked, {"type": "create", "content": "", "structuredPatch": []})
    assert found.path == "C:/w/a.txt"
    assert found.added_hashes == lines.hash_lines([b"one", b"two"])


def test_notebook_cells() -> None:
    asked = {"notebook_path": "n.ipynb", "new_source": "a = 1\nb = 2", "edit_mode": "replace"}
    found = change("NotebookEdit", asked, {"new_source": "a = 1\nb = 2", "error": ""})
    assert (found.path, found.lines_added) == ("/w/repo/n.ipynb", 2)
    assert called("NotebookEdit", asked, {"error": "Cell not found"}).code_changes == []
    gone = change("NotebookEdit", asked | {"edit_mode": "delete"}, {"edit_mode": "delete"})
    assert (gone.lines_added, gone.lines_removed) == (0, 0)


def _book(*sources: str) -> str:
    cells = [{"cell_type": "code", "outputs": [], "source": [text]} for text in sources]
    return json.dumps({"cells": cells, "nbformat": 4}, indent=1)


def test_a_notebook_before_and_after_an_edit_tells_its_lines() -> None:
    asked = {"notebook_path": "n.ipynb", "new_source": "a = 1\nb = 2", "edit_mode": "replace"}
    result = {
        "original_file": _book("a = 1\nz"),
        "updated_file": _book("a = 1\nb = 2"),
        "error": "",
    }
    found = change("NotebookEdit", asked, result)
    assert (found.lines_added, found.lines_removed, found.is_before_known) == (1, 1, True)
    assert found.added_hashes == lines.hash_lines([b"b = 2"])


def test_a_notebook_written_whole_has_the_lines_of_its_sources() -> None:
    asked = {"file_path": "/w/n.ipynb", "content": _book("a = 1\nb = 2", "c = 3")}
    found = change("Write", asked, {"type": "create", "structuredPatch": []})
    assert found.lines_added == 3
    assert found.added_hashes == lines.hash_lines([b"a = 1", b"b = 2", b"c = 3"])
    result = {
        "type": "update",
        "content": asked["content"],
        "originalFile": _book("a = 1", "c = 3"),
    }
    found = change("Write", asked, result | {"structuredPatch": [{"lines": ["+x"]}]})
    assert found.added_hashes == lines.hash_lines([b"b = 2"])


def test_plans_are_not_code() -> None:
    asked = {"file_path": "/h/.claude/plans/p.md", "content": "x"}
    parsed = called("Write", asked, {"type": "create", "structuredPatch": []})
    assert parsed.code_changes == []
    assert parsed.tool_calls[0].status == "ok"


def test_a_heredoc_counts_when_its_command_ended_well() -> None:
    asked = {"command": "cd src && cat > a.py <<'EOF'\nx = 1\nEOF"}
    assert change("Bash", asked, {"stdout": ""}).path == "/w/repo/src/a.py"
    assert called("Bash", asked, "Error: Exit code 1", is_error=True).code_changes == []


def test_a_program_counts_when_its_command_ended_well() -> None:
    asked = {"command": "cd src && sed -i 's/^x = 0$/x = 1/' a.py"}
    found = change("Bash", asked, {"stdout": ""})
    assert (found.path, found.operation, found.lines_added) == (
        "/w/repo/src/a.py",
        "script",
        None,
    )
    assert called("Bash", asked, "Error: Exit code 1", is_error=True).code_changes == []


NAMES = "".join(f"old_name({n})\nkeep_{n}\n" for n in range(3))


@pytest.mark.parametrize(
    ("asked", "result", "added", "runs"),
    [
        (
            {"old_string": "old_name", "new_string": "name", "replace_all": True},
            {"oldString": "old_name", "newString": "name", "replaceAll": True},
            [b"name(0)", b"name(1)", b"name(2)"],
            [(1, 1), (3, 1), (5, 1)],
        ),
        (
            {"old_string": "old_name(1)", "new_string": "name(1)\nmore"},
            {"oldString": "old_name(1)", "newString": "name(1)\nmore"},
            [b"name(1)", b"more"],
            [(3, 2)],
        ),
        (
            {"old_string": "keep_1", "new_string": ""},
            {"oldString": "keep_1", "newString": "", "structuredPatch": [{"lines": [" x"]}]},
            [],
            [],
        ),
        (
            {"edits": [{"old_string": "keep_0", "new_string": "a"}]},
            {
                "edits": [
                    {"old_string": "keep_0", "new_string": "a"},
                    {"old_string": "a\n", "new_string": "a\nb\n"},
                    {"old_string": "old_name", "new_string": "n", "replace_all": True},
                ]
            },
            [b"n(0)", b"a", b"b", b"n(1)", b"n(2)"],
            [(1, 4), (6, 1)],
        ),
    ],
)
def test_an_edit_without_a_patch_is_made_again_on_the_original(
    asked: dict[str, Any], result: dict[str, Any], added: list[bytes], runs: list[tuple[int, int]]
) -> None:
    told = {"structuredPatch": [], "originalFile": NAMES, "userModified": False, **result}
    tool = "MultiEdit" if "edits" in asked else "Edit"
    found = change(tool, {"file_path": "/w/a", **asked}, told)
    assert found.added_hashes == lines.hash_lines(added)
    assert lines.unpack_runs(found.added_runs or b"") == runs
    assert found.is_before_known


def test_strings_that_the_original_does_not_hold_count_as_they_are() -> None:
    asked = {"file_path": "/w/a", "old_string": "x\ny", "new_string": "x\nz"}
    told = {
        "structuredPatch": [],
        "originalFile": "other\n",
        "oldString": "x\ny",
        "newString": "x\nz",
    }
    found = change("Edit", asked, told)
    assert (found.added_hashes, found.added_runs) == (lines.hash_lines([b"z"]), None)


def test_an_edit_that_is_held_for_review_wrote_nothing() -> None:
    asked = {"file_path": "/w/a", "old_string": "x", "new_string": "y"}
    told = {"structuredPatch": [], "originalFile": "x\n", "oldString": "x", "newString": "y"}
    assert called("Edit", asked, {**told, "staged": True}).code_changes == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("File created successfully at: /w/a", ("create", 2, True)),
        ("The file /w/a has been overwritten successfully.", ("update", None, False)),
        ("File written successfully", ("update", None, False)),
    ],
)
def test_a_write_whose_result_is_a_text(said: str, expected: tuple[object, ...]) -> None:
    found = change("Write", {"file_path": "/w/a", "content": "a\nb\n"}, ..., content=said)
    assert (found.operation, found.lines_added, found.is_before_known) == expected
    assert found.added_hashes == lines.hash_lines([b"a", b"b"])
