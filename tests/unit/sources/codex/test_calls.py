"""Codex tool calls: which of them changed files."""

from __future__ import annotations

from aea.sources.codex import codex
from tests.support.codex import CASES, changes_of, event, item, parse, rollout


def test_events_are_the_better_truth() -> None:
    told = [("a.py", "update", 2, 1), ("b.py", "delete", 0, 2), ("d.py", "update", 1, 1)]
    own = [("src/w1.py", "update", 2, 1), ("src/w2.py", "update", 2, 1)]
    assert changes_of("patch_events") == [*told, *told, *own]
    assert changes_of("turn_items") == [
        ("app.ts", "update", 1, 1),
        ("README.md", "create", 2, 0),
        ("src/gen.ts", "create", 1, 0),
        ("src/w2.py", "update", 2, 1),
        ("src/w3.py", "update", 2, 1),
    ]


def test_what_was_refused_or_has_no_result_changed_nothing() -> None:
    (path,) = (CASES / "refused_and_pending").glob("*.jsonl")
    parsed = parse(path)
    assert parsed.code_changes == []
    ends = [call.status for call in parsed.tool_calls if call.status != "pending"]
    assert ends == ["rejected", "rejected", "failed", "failed", "failed", "rejected", "interrupted"]
    assert len({call.call_key for call in parsed.tool_calls}) == 8


def test_heredocs_count_when_their_command_ended_well() -> None:
    assert changes_of("heredoc_write") == [
        ("doc/notes.md", "create", 2, 0),
        ("notes.md", "update", 1, 0),
        ("run.py", "create", 1, 0),
    ]


def test_what_a_person_ran_is_not_the_assistants() -> None:
    words = ["bash", "-lc", "cat > a <<EOF\nx\nEOF"]
    end = {"type": "exec_command_end", "call_id": "u", "command": words, "exit_code": 0}
    assert codex.parse(rollout(event(**end)), 0, "p", {}).code_changes != []
    raw = rollout(event(**end, source="user_shell"))
    assert codex.parse(raw, 0, "p", {}).code_changes == []


def test_the_last_line_is_told_and_told_again_by_its_event() -> None:
    patch = "*** Begin Patch\n*** Add File: a\n+1\n*** End Patch"
    raw = rollout(
        item(type="custom_tool_call", name="apply_patch", call_id="c", input=patch),
        item(
            type="custom_tool_call_output",
            call_id="c",
            output="Success. Updated the following files:\n",
        ),
    )
    first = codex.parse(raw, 0, "p", {})
    assert [change.path for change in first.code_changes] == ["/w/a"]
    rest = codex.parse(rollout(event(type="task_complete")), len(raw), "p", first.state)
    assert rest.code_changes[0]._replace(branch_name=None) == first.code_changes[0]
    done = {"type": "patch_apply_end", "call_id": "c", "success": True}
    changes = {"/w/a": {"type": "add", "content": "1\n2\n"}}
    _, line = rollout(event(**done, changes=changes)).splitlines(keepends=True)
    told = codex.parse(line, len(raw), "p", first.state)
    assert [change.lines_added for change in told.code_changes] == [2]
    assert told.code_changes[0].change_key == first.code_changes[0].change_key
