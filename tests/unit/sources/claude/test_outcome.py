"""How a Claude Code tool call ended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.claude import called, parse
from tests.support.sessions import ClaudeSession


@pytest.mark.parametrize(
    ("extra", "result", "status", "changes"),
    [
        ({}, {"structuredPatch": [], "originalFile": "x"}, "ok", 1),
        ({"is_error": True}, "Error: String to replace not found in file.", "failed", 0),
        ({"is_error": True, "content": "<tool_use_error>no</tool_use_error>"}, ..., "failed", 0),
        ({"is_error": True}, "User rejected tool use", "rejected", 0),
        (
            {"is_error": True, "content": "The user doesn't want to proceed with this tool use."},
            "Error: x",
            "rejected",
            0,
        ),
        ({}, "a text, not a result", "ok", 0),
        ({}, ..., "ok", 0),
        ({"content": "The file /w/a has been updated successfully."}, ..., "ok", 1),
        ({"content": "The file /w/a has been updated successfully."}, None, "ok", 1),
    ],
)
def test_outcome_of_an_edit(
    extra: dict[str, Any], result: object, status: str, changes: int
) -> None:
    asked = {"file_path": "/w/a", "old_string": "x", "new_string": "y\nz"}
    parsed = called("Edit", asked, result, **extra)
    assert [call.status for call in parsed.tool_calls] == [status]
    assert [found.lines_added for found in parsed.code_changes] == [2] * changes


def test_one_result_beside_two_answers_is_nobodys() -> None:
    session = ClaudeSession("s")
    calls = [
        {"type": "tool_use", "id": name, "name": "Edit", "input": asked}
        for name in ("a", "b")
        for asked in ({"file_path": f"/w/{name}", "old_string": "x", "new_string": "y"},)
    ]
    session.add("assistant", {"id": "m", "model": "m", "content": calls})
    said = "The file has been updated successfully."
    answers = [{"type": "tool_result", "tool_use_id": name, "content": said} for name in "ab"]
    hunk = {"oldStart": 1, "newStart": 1, "lines": ["+1", "+2", "+3"]}
    result = {"filePath": "/w/a", "structuredPatch": [hunk]}
    session.add("user", {"role": "user", "content": answers}, toolUseResult=result)
    found = [(change.path, change.lines_added) for change in parse(session).code_changes]
    assert found == [("/w/a", 1), ("/w/b", 1)]
