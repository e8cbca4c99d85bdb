"""When a person stopped Codex, and how its calls failed."""

from __future__ import annotations

import pytest

from aea.records import Parsed
from aea.sources.codex import codex
from tests.support.parsing import parse_whole
from tests.support.sessions import CodexSession

ID = "0197b001-1000-7000-8000-0000000000a1"


def _parse(session: CodexSession) -> Parsed:
    return parse_whole(codex, session.data(), f"/h/rollout-2026-05-28T20-26-40-{ID}.jsonl")


def _run(session: CodexSession, output: str) -> CodexSession:
    call = f"call_{len(session.lines)}"
    asked = {"type": "function_call", "name": "shell", "call_id": call, "arguments": "{}"}
    session.add("response_item", asked)
    answer = {"type": "function_call_output", "call_id": call, "output": output}
    return session.add("response_item", answer)


@pytest.mark.parametrize(
    ("reason", "count"), [("interrupted", 1), (None, 1), ("replaced", 0), ("budget_limited", 0)]
)
def test_a_turn_that_a_person_stopped(reason: str | None, count: int) -> None:
    session = CodexSession(ID).prompt("Go")
    session.add("event_msg", {"type": "turn_aborted", "reason": reason})
    assert [one.stopped for one in _parse(session).interruptions] == ["response"] * count


def test_a_turn_that_was_stopped_in_a_call() -> None:
    session = _run(CodexSession(ID).prompt("Go"), "aborted by user after 3.2s")
    session.add("event_msg", {"type": "turn_aborted", "reason": "interrupted"})
    session.prompt("Go on").add("event_msg", {"type": "turn_aborted", "reason": "interrupted"})
    parsed = _parse(session)
    assert [one.stopped for one in parsed.interruptions] == ["tool", "response"]
    assert parsed.tool_calls[-1].status == "interrupted"


def test_one_error_has_one_signature_whatever_its_numbers() -> None:
    session = CodexSession(ID).prompt("Go")
    for code, line in ((1, 12), (2, 99)):
        _run(session, f"Exit code: {code}\nWall time: {line} seconds\nOutput:\nboom in line {line}")
    ends = [call for call in _parse(session).tool_calls if call.status != "pending"]
    assert [call.status for call in ends] == ["failed", "failed"]
    assert ends[0].error_signature is not None
    assert ends[0].error_signature == ends[1].error_signature


def test_who_refused() -> None:
    session = CodexSession(ID).prompt("Go")
    _run(session, "exec command rejected by user")
    _run(session, 'exec_command failed: Rejected("`rm` rejected: blocked by policy")')
    _run(session, "Exit code: 0\nWall time: 0\nOutput:\nrejected by user")
    ends = [call for call in _parse(session).tool_calls if call.status != "pending"]
    assert [(call.status, call.refused_by) for call in ends] == [
        ("rejected", "person"),
        ("rejected", "rule"),
        ("ok", None),
    ]
