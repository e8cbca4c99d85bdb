"""The characters of a response, and whether its count is final."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from aea.sources.claude import claude_code
from aea.sources.claude.usage import has_final_counts
from tests.support.claude import HOME, parse
from tests.support.parsing import parse_whole
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from aea.records import Usage

Block = dict[str, Any]
OLD, NEW = "2.1.42", "2.1.97"


def text(words: str) -> Block:
    return {"type": "text", "text": words}


def thinking(words: str) -> Block:
    return {"type": "thinking", "thinking": words, "signature": "c2lnbmVk"}


def call(identity: str, **asked: Any) -> Block:
    return {"type": "tool_use", "id": identity, "name": "Read", "input": asked}


def write(
    session: ClaudeSession,
    *blocks: Block,
    output: int = 2,
    stop: str | None = None,
    version: str | None = OLD,
    **extra: Any,
) -> ClaudeSession:
    """A record for each block, as Claude Code writes a response."""
    for block in blocks:
        message = {"id": "msg_1", "model": "claude-opus-4-6", "role": "assistant"}
        message |= {"content": [block], "usage": {"input_tokens": 3, "output_tokens": output}}
        message |= {"stop_reason": stop}
        session.add("assistant", message, requestId="req_1", version=version, **extra)
    return session


def only(session: ClaudeSession) -> Usage:
    (usage,) = parse(session).usages
    return usage


def written(usage: Usage) -> tuple[int | None, int | None, int | None]:
    return usage.text_characters, usage.thinking_characters, usage.tool_input_characters


def test_the_blocks_of_a_response_add_up_by_kind() -> None:
    blocks = thinking("hm, é"), text("On it."), text("Now: "), call("toolu_1", path="a.py")
    found = only(write(ClaudeSession("s"), *blocks))
    assert written(found) == (11, 5, len(json.dumps({"path": "a.py"})))


def test_a_block_counts_once_however_often_it_is_written() -> None:
    session = ClaudeSession("s")
    write(session, text("On"), text("On it, and more than a beginning."), call("toolu_1", path="a"))
    session.lines += session.lines
    assert written(only(session))[:2] == (35, 0)  # "On" is too short to be known as a beginning
    grown = "a text that is longer than what it is known by"
    assert written(only(write(ClaudeSession("s"), text(grown), text(grown + "!"))))[0] == 47


@pytest.mark.parametrize("block", [thinking(""), {"type": "redacted_thinking", "data": "x"}])
@pytest.mark.parametrize("is_first", [True, False])
def test_hidden_thinking_is_unknown_and_not_zero(block: Block, is_first: bool) -> None:
    blocks = [block, text("So"), thinking("seen")] if is_first else [text("So"), block]
    session = write(ClaudeSession("s"), *blocks)
    assert written(only(session)) == (2, None, 0)
    assert written(only(write(ClaudeSession("s"), text("So")))) == (2, 0, 0)


def test_a_reading_in_parts_counts_as_one_reading() -> None:
    session = ClaudeSession("s")
    write(session, text("one"), thinking("two"), thinking(""), call("toolu_1", a=1), text("three"))
    whole = only(session)
    path, state, at = f"{HOME}/s.jsonl", {}, 0
    for line in session.lines:
        parsed = claude_code.parse(line + b"\n", at, path, state)
        state, at = json.loads(json.dumps(parsed.state)), at + len(line) + 1
        last = parsed.usages[-1]
    assert written(last) == written(whole) == (8, None, 8)


@pytest.mark.parametrize(
    ("version", "stop", "is_final"),
    [
        (OLD, None, False),
        (OLD, "", False),
        (OLD, "tool_use", True),
        ("2.1.96", None, False),
        (NEW, None, True),
        ("2.1.100", None, True),
        ("2.10.0", None, True),
        ("3.0.0-beta.1", None, True),
        ("2.1", None, False),
        ("1.0.128", None, False),
        ("unknown", None, False),
        (None, None, False),
    ],
)
def test_a_count_is_final_by_its_stop_reason_or_the_version(
    version: str | None, stop: str | None, is_final: bool
) -> None:
    found = only(write(ClaudeSession("s"), text("So"), version=version, stop=stop))
    assert found.is_final is is_final
    assert has_final_counts(version) is (is_final and not stop)


def test_the_final_count_wins_over_a_greater_one_of_the_moment() -> None:
    session = write(ClaudeSession("s"), text("So"), output=8)
    found = only(write(session, text("be it"), output=5, stop="end_turn"))
    assert (found.output_tokens, found.is_final, found.text_characters) == (5, True, 7)


def test_an_excerpt_knows_no_thinking_and_is_unfinished_whatever_the_version() -> None:
    """Progress records hold what the display needs: calls of tools."""
    session = ClaudeSession("s")
    agent = ClaudeSession("agent")
    write(agent, call("toolu_1", path="a.py"), output=4, version=NEW)
    inner = json.loads(agent.lines[0])
    data = {"type": "agent_progress", "agentId": "a1", "message": inner}
    session.add("progress", {}, data=data, version=NEW)
    excerpt = only(session)
    assert (excerpt.is_final, excerpt.is_excerpt, excerpt.agent_id) == (False, True, "a1")
    assert written(excerpt) == (None, None, 16)
    assert (excerpt.input_tokens, excerpt.output_tokens) == (3, 4)
    inner["message"]["stop_reason"] = "tool_use"
    session.add("progress", {}, data=data)
    assert only(session).is_final


def test_an_excerpt_has_the_key_of_the_agents_own_record() -> None:
    agent = write(ClaudeSession("s"), call("toolu_1", path="a.py"), isSidechain=True, agentId="a1")
    own = parse_whole(claude_code, agent.data(), f"{HOME}/s/subagents/agent-a1.jsonl").usages[0]
    session = ClaudeSession("s")
    data = {"type": "agent_progress", "agentId": "a1", "message": json.loads(agent.lines[0])}
    session.add("progress", {}, data=data)
    excerpt = only(session)
    assert (own.message_key, own.request_key) == (excerpt.message_key, excerpt.request_key)
    assert own.owner_rank < excerpt.owner_rank


def test_nothing_is_known_of_what_an_advisor_wrote() -> None:
    session = ClaudeSession("s")
    step = {"type": "advisor_message", "model": "claude-opus-4-6", "output_tokens": 70}
    usage = {"input_tokens": 1, "output_tokens": 9, "iterations": [step]}
    message = {"id": "m", "model": "x", "content": [text("So")], "usage": usage}
    session.add("assistant", message | {"stop_reason": "end_turn"}, requestId="r")
    found = {one.output_tokens: (one.is_final, *written(one)) for one in parse(session).usages}
    assert found == {9: (True, 2, 0, 0), 70: (True, None, None, None)}
