"""The lines that a Claude Code tool call changed."""

from __future__ import annotations

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
        ({"type": "update", "structuredPatch": [], "originalFile": None}, ("update", 2, 0, False)),
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


def test_plans_are_not_code() -> None:
    asked = {"file_path": "/h/.claude/plans/p.md", "content": "x"}
    parsed = called("Write", asked, {"type": "create", "structuredPatch": []})
    assert parsed.code_changes == []
    assert parsed.tool_calls[0].status == "ok"


def test_a_heredoc_counts_when_its_command_ended_well() -> None:
    asked = {"command": "cd src && cat > a.py <<'EOF'\nx = 1\nEOF"}
    assert change("Bash", asked, {"stdout": ""}).path == "/w/repo/src/a.py"
    assert called("Bash", asked, "Error: Exit code 1", is_error=True).code_changes == []
