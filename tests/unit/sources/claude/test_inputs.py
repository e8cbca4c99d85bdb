"""Writes by tools of editors and servers, whatever their names are."""

from __future__ import annotations

from typing import Any

import pytest

from aea import lines
from tests.support.claude import called, change

TEXT = [{"type": "text", "text": "done"}]
PATCH = "Index: /w/a\n====\n--- /w/a\n+++ /w/a\n@@ -4,2 +4,3 @@\n \tkeep\n-\told\n+\tnew\n+\tmore\n"
BEGIN_PATCH = "*** Begin Patch\n*** Add File: b.py\n+one\n+two\n*** End Patch\n"


@pytest.mark.parametrize(
    ("tool", "asked", "path", "added"),
    [
        ("mcp__acp__Write", {"file_path": "/w/a", "content": "one\ntwo\n"}, "/w/a", 2),
        (
            "mcp__acp__Edit",
            {"file_path": "/w/a", "old_string": "x", "new_string": "y\nz"},
            "/w/a",
            2,
        ),
        ("mcp__filesystem__write_file", {"path": "a", "content": "one"}, "/w/repo/a", 1),
        (
            "mcp__filesystem__edit_file",
            {
                "path": "/w/a",
                "edits": [{"oldText": "x", "newText": "y"}, {"oldText": "", "newText": "z"}],
            },
            "/w/a",
            2,
        ),
        (
            "str_replace_editor",
            {"command": "create", "path": "/w/a", "file_text": "one"},
            "/w/a",
            1,
        ),
        (
            "str_replace_based_edit_tool",
            {"command": "str_replace", "path": "/w/a", "old_str": "x", "new_str": "y"},
            "/w/a",
            1,
        ),
        (
            "str_replace_editor",
            {"command": "insert", "path": "/w/a", "insert_line": 3, "insert_text": "one\ntwo"},
            "/w/a",
            2,
        ),
        (
            "mcp__jetbrains__create_new_file",
            {"pathInProject": "a.kt", "text": "one"},
            "/w/repo/a.kt",
            1,
        ),
        (
            "mcp__jetbrains__replace_text_in_file",
            {"pathInProject": "a.kt", "oldText": "x", "newText": "y", "replaceAll": True},
            "/w/repo/a.kt",
            1,
        ),
        ("mcp__serena__create_text_file", {"relative_path": "a", "content": "one"}, "/w/repo/a", 1),
        ("apply_patch", {"input": BEGIN_PATCH}, "/w/repo/b.py", 2),
        ("mcp__acp__Bash", {"command": "cat > /w/a <<'EOF'\none\nEOF"}, "/w/a", 1),
    ],
)
@pytest.mark.parametrize("result", [TEXT, "done", ...], ids=["blocks", "text", "none"])
def test_a_write_by_what_its_input_carries(
    tool: str, asked: dict[str, Any], path: str, added: int, result: object
) -> None:
    found = change(tool, asked, result, content=TEXT)
    assert (found.path, found.lines_added, found.tool_name) == (path, added, tool)


@pytest.mark.parametrize(
    ("tool", "asked"),
    [
        ("mcp__acp__Read", {"file_path": "/w/a"}),
        ("Read", {"file_path": "/w/a", "content": "x"}),
        ("str_replace_editor", {"command": "view", "path": "/w/a"}),
        (
            "mcp__github__create_or_update_file",
            {"owner": "o", "repo": "r", "path": "a", "content": "x"},
        ),
        ("mcp__gitlab__create_file", {"project_id": "1", "file_path": "a", "content": "x"}),
        ("mcp__x__search_files", {"path": "/w", "text": "x"}),
        ("mcp__x__readFile", {"path": "/w/a", "content": "x"}),
        ("mcp__slack__post", {"channel": "c", "text": "x"}),
        ("mcp__acp__Write", {"file_path": "/h/.claude/plans/p.md", "content": "x"}),
        ("mcp__x__write", {"path": 7, "content": ["x"]}),
        ("mcp__x__write", ["path"]),
    ],
)
def test_what_is_no_write(tool: str, asked: Any) -> None:
    assert called(tool, asked, TEXT, content=TEXT).code_changes == []


@pytest.mark.parametrize(
    "said", ["Error: no such file", "Editing file failed: x", "<tool_use_error>x"]
)
def test_a_write_that_says_that_it_failed(said: str) -> None:
    asked = {"file_path": "/w/a", "content": "one"}
    content = [{"type": "text", "text": said}]
    assert called("mcp__acp__Write", asked, content, content=content).code_changes == []
    assert called("mcp__acp__Write", asked, TEXT, content=TEXT, is_error=True).code_changes == []


def test_a_patch_in_the_result_is_the_truth() -> None:
    asked = {
        "file_path": "/w/a",
        "old_string": "old",
        "new_string": "new\n\tmore",
        "replace_all": True,
    }
    content = [{"type": "text", "text": PATCH}]
    found = change("mcp__acp__Edit", asked, content, content=content)
    assert found.added_hashes == lines.hash_lines([b"\tnew", b"\tmore"])
    assert lines.unpack_runs(found.added_runs or b"") == [(5, 2)]
    assert (found.lines_removed, found.is_before_known) == (1, False)
