"""Which records are parts of one API response."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aea.sources.claude import claude_code
from tests.support.claude import HOME, parse
from tests.support.parsing import parse_whole
from tests.support.sessions import ClaudeSession

LONG = "msg_01XFDUDYJgAACzvnptvVoYEL"


def part(
    session: ClaudeSession,
    output: int,
    *,
    given: int = 1000,
    message: str = "relay",
    call: str = "",
    **extra: Any,
) -> None:
    """A record of a response: a text, or a call."""
    text = {"type": "text", "text": "ok"}
    use = {"type": "tool_use", "id": call, "name": "Bash", "input": {"command": "ls"}}
    body = {"id": message, "model": "m", "content": [use if call else text]}
    tokens = {"input_tokens": given, "output_tokens": output}
    session.add("assistant", {**body, "usage": tokens}, **extra)


def result(session: ClaudeSession, call: str) -> None:
    block = {"type": "tool_result", "tool_use_id": call, "content": "fine"}
    session.add("user", {"role": "user", "content": [block]}, toolUseResult={"stdout": ""})


def outputs(*sessions: ClaudeSession) -> list[int]:
    """The output tokens of each response in several files, as the store merges them."""
    found: dict[tuple[int, int], int] = {}
    for session in sessions:
        parsed = parse_whole(claude_code, session.data(), f"{HOME}/{session.session_id}.jsonl")
        for usage in parsed.usages:
            key = usage.message_key, usage.request_key
            found[key] = max(found.get(key, 0), usage.output_tokens)
    return list(found.values())


@pytest.mark.parametrize("message", ["relay", LONG])
def test_a_later_prompt_asks_for_another_response(message: str) -> None:
    session = ClaudeSession("s")
    for output in (100, 200, 300):
        session.prompt("go on")
        part(session, output, message=message)
        session.lines.append(session.lines[-1])  # written twice
    assert outputs(session) == [100, 200, 300]


def test_a_later_record_of_the_same_usage_is_a_copy_when_the_id_is_unique() -> None:
    session = ClaudeSession("s").prompt("go on")
    part(session, 100, message=LONG)
    session.prompt("and on")
    part(session, 100, message=LONG)
    assert outputs(session) == [100]


def test_a_line_that_is_written_again_later_is_no_other_response() -> None:
    session = ClaudeSession("s").prompt("go on")
    part(session, 100)
    first = session.lines[-1]
    session.prompt("and on")
    part(session, 200)
    session.lines.append(first)
    assert outputs(session) == [100, 200]


def test_another_session_is_another_response_unless_it_is_a_copy() -> None:
    one, other = (ClaudeSession(name).prompt("go on") for name in ("s1", "s2"))
    part(one, 100)
    part(other, 90)
    fork = one.fork("s3").prompt("and on")
    part(fork, 80)
    assert outputs(one, other, fork) == [100, 90, 80]


def test_a_fork_with_fresh_uuids_is_a_copy() -> None:
    one = ClaudeSession("s1").prompt("go on")
    part(one, 100)
    copy = ClaudeSession("s2")
    for number, line in enumerate(one.lines):
        record = json.loads(line)
        origin = {"sessionId": "s1", "messageUuid": record["uuid"]}
        record |= {"sessionId": "s2", "uuid": f"fresh-{number}", "forkedFrom": origin}
        copy.lines.append(json.dumps(record).encode())
    assert outputs(one, copy) == [100]
    keys = [message.message_key for session in (one, copy) for message in parse(session).messages]
    assert len(keys) == 4
    assert len(set(keys)) == 2


def test_the_fork_dates_its_last_record_when_it_is_made() -> None:
    uuid = "0b7c1d52-8f4e-4f0c-9d1a-5e6f7a8b9c0d"
    one, copy = ClaudeSession("s1"), ClaudeSession("s2").wait(900)
    one.add("user", {"role": "user", "content": "go on"}, uuid=uuid)
    copy.add("user", {"role": "user", "content": "go on"}, forkedFrom={"messageUuid": uuid})
    assert parse(one).messages[0].message_key == parse(copy).messages[0].message_key


def test_the_parts_of_a_stream_are_one_response() -> None:
    session = ClaudeSession("s").prompt("go on")
    for given, output in ((0, 1), (1000, 5), (1000, 70)):
        part(session, output, given=given)
    assert outputs(session) == [70]


def test_calls_that_are_answered_while_the_response_goes_on() -> None:
    session = ClaudeSession("s").prompt("go on")
    for call in ("toolu_1", "toolu_2", "toolu_3"):
        part(session, 100, call=call)
        result(session, call)
    part(session, 30, given=1700)
    assert outputs(session) == [100, 30]


@pytest.mark.parametrize(
    ("given", "output"),
    [(1700, 150), (1000, 50), (0, 150)],
    ids=["more input", "less output", "no input told"],
)
def test_another_response_after_the_result_of_a_call(given: int, output: int) -> None:
    session = ClaudeSession("s").prompt("go on")
    part(session, 100, given=given and 1000, call="call_0")
    result(session, "call_0")
    part(session, output, given=given, call="call_0")
    result(session, "call_0")
    assert outputs(session) == [100, output]
    calls = parse(session).tool_calls
    assert len({call.call_key for call in calls}) == 2
    assert {call.status for call in calls} == {"ok"}


def test_a_text_after_the_result_of_a_call_is_another_response() -> None:
    session = ClaudeSession("s").prompt("go on")
    part(session, 100, call="call_0")
    result(session, "call_0")
    part(session, 120)
    assert outputs(session) == [100, 120]


def test_agents_do_not_interrupt_each_other() -> None:
    session = ClaudeSession("s").prompt("go on")
    part(session, 100, given=10)
    part(session, 7, given=20, isSidechain=True, agentId="a")
    session.add("user", {"role": "user", "content": "task"}, isSidechain=True, agentId="b")
    part(session, 110, given=10)
    assert sorted(outputs(session)) == [7, 110]


@pytest.mark.parametrize("request_id", ["req_1", None])
def test_ids_that_are_enough(request_id: str | None) -> None:
    """With a request id, or a long id, what a gateway estimates first and corrects later is one response."""
    session = ClaudeSession("s").prompt("go on")
    extra = {"requestId": request_id} if request_id else {"message": LONG}
    part(session, 50, given=900, call="c1", **extra)
    result(session, "c1")
    part(session, 60, given=1000, **extra)
    assert outputs(session) == [60]


def test_state_is_small() -> None:
    session = ClaudeSession("s").prompt("go on")
    for number in range(100):
        part(session, 1, message=f"m{number}")
    assert len(json.dumps(parse(session).state)) < 5_000
