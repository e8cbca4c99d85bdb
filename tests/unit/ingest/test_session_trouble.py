"""Where sessions go wrong: agent loops, tool errors, refusals, interruptions and undone edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.database import assert_consistent, ingest, select
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path

CODEX_ID = "0197b001-1000-7000-8000-0000000000a1"
COLUMNS = (
    "agent_loop_flag, finished_tool_call_count, failed_tool_call_count, refused_tool_call_count,"
    " interruption_count, written_line_count, undone_line_count"
)


def run(
    session: ClaudeSession, said: str, *, tool: str = "Bash", is_error: bool = True, **extra: Any
) -> ClaudeSession:
    """A call of a tool and its result."""
    call = f"toolu_{session.session_id}_{session._number}"
    session._respond(
        [{"type": "tool_use", "id": call, "name": tool, "input": {"command": "x"}}], 1, "m"
    )
    block = {"type": "tool_result", "tool_use_id": call, "is_error": is_error, "content": said}
    session.add("user", {"role": "user", "content": [block]}, **extra)
    return session


def found(session_id: str = "s1") -> tuple[Any, ...]:
    assert_consistent()
    query = f"SELECT {COLUMNS} FROM event_session_quality WHERE session_id = ?"
    (row,) = select(query, session_id)
    return tuple(row.values())


@pytest.mark.parametrize(
    ("errors", "flag"),
    [
        ([f"Exit code 1\nboom in line {n}" for n in range(5)], 1),
        ([f"Exit code 1\nboom in line {n}" for n in range(4)], 0),
        (["Exit code 1\none"] * 4 + ["Exit code 1\ntwo"] * 4, 0),
        (["Exit code 1"] * 5, None),  # they say nothing
        (["Exit code 1"] * 4, 0),
        (["Exit code 1"] * 6 + ["Exit code 1\nboom"] * 5, 1),
        (["The user doesn't want to proceed with this tool use."] * 9, 0),
        (["PreToolUse:Bash hook error: [./check]: no"] * 9, 0),
        (["[Request interrupted by user for tool use]"] * 9, 0),
        ([], 0),
    ],
)
def test_an_agent_loop(home: Path, errors: list[str], flag: int | None) -> None:
    session = ClaudeSession("s1").prompt("Go")
    for said in errors:
        run(session, said)
    session.write(home)
    ingest()
    assert found()[0] == flag


def test_the_same_words_of_two_tools_are_two_errors(home: Path) -> None:
    session = ClaudeSession("s1").prompt("Go")
    for tool in ("Read", "Edit", "Read", "Edit", "Read"):
        run(session, "File does not exist.", tool=tool)
    session.write(home)
    ingest()
    assert found()[0] == 0
    tools = select(
        "SELECT tool_name, call_count, finished_call_count, failed_call_count, repeated_error_count"
        " FROM event_session_tool ORDER BY tool_name"
    )
    assert [tuple(row.values()) for row in tools] == [("Edit", 2, 2, 2, 2), ("Read", 3, 3, 3, 3)]


def test_what_went_wrong_is_counted(home: Path) -> None:
    session = ClaudeSession("s1").prompt("Go")
    session.edit("/w/repo/a.py", "one = 1", "two = 2\nthree = 3")
    session.edit("/w/repo/a.py", "two = 2", "four = 4")
    session.edit("/w/repo/a.py", "no", "no", status="failed")
    session.edit("/w/repo/a.py", "no", "no", status="rejected")
    run(session, "Permission to use Bash has been denied.")
    run(session, "fine", is_error=False)
    session.edit("/w/repo/a.py", "no", "no", status="pending")
    session.prompt("[Request interrupted by user]").prompt("Go on")
    session.write(home)
    ingest()
    assert found() == (0, 4, 1, 2, 1, 3, 1)
    refused = select(
        "SELECT sum(refused_by_person_count) AS person, sum(refused_by_rule_count) AS rule,"
        " sum(refused_by_hook_count) AS hook, sum(refused_count) AS refused FROM event_session_tool"
    )
    assert refused == [{"person": 1, "rule": 1, "hook": 0, "refused": 2}]


def test_a_fork_counts_nothing_twice(home: Path) -> None:
    one, other = (f"{n}0000000-0000-4000-8000-000000000000" for n in (1, 2))
    session = ClaudeSession(one).prompt("Go")
    for _ in range(5):
        run(session, "Exit code 1\nboom")
    session.prompt("[Request interrupted by user]").write(home)
    session.fork(other).prompt("Another way").write(home)
    ingest()
    assert found(one)[:5] == (1, 5, 5, 0, 1)
    assert found(other)[:5] == (0, 0, 0, 0, 0)


def test_calls_of_a_sub_agent_count_in_the_session_that_started_it(home: Path) -> None:
    """The sub-agent's log arrives after its parent's."""
    CodexSession(CODEX_ID).prompt("Go").say("I ask another").write(home)
    ingest()
    assert found(CODEX_ID)[0] == 0

    child = CodexSession(CODEX_ID[:-1] + "2")
    child.lines[0] = child.lines[0].replace(
        b'"source": "cli"',
        f'"source": {{"subagent": {{"thread_spawn": {{"parent_thread_id": "{CODEX_ID}"}}}}}}'.encode(),
    )
    child.prompt("Do it")
    for number in range(5):
        call = {"type": "function_call", "name": "shell", "call_id": f"c{number}"}
        child.add("response_item", call | {"arguments": "{}"})
        said = f"Exit code: 1\nWall time: {number} seconds\nOutput:\nboom at {number}"
        ended = {"type": "function_call_output", "call_id": f"c{number}", "output": said}
        child.add("response_item", ended)
    child.write(home)
    ingest()
    assert found(CODEX_ID)[:3] == (1, 5, 5)
