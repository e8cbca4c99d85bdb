"""The Claude Code parser: cuts, damage, copies and the owner of a record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aea.sources.claude import claude_code
from tests.support.claude import HOME, parse, prompts, waiting
from tests.support.corpus import files_of
from tests.support.depth import scaled
from tests.support.parsing import as_facts, parse_cut, parse_whole
from tests.support.sessions import ClaudeSession, instant

INPUTS = files_of(claude_code)


@settings(max_examples=scaled(150))
@given(st.data())
def test_any_cut_gives_the_same_facts(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(INPUTS))
    raw = path.read_bytes()
    raw = raw if raw.endswith(b"\n") else raw + b"\n"
    cuts = data.draw(st.lists(st.integers(0, len(raw)), max_size=8))
    whole = as_facts(parse_whole(claude_code, raw, str(path)))
    assert as_facts(parse_cut(claude_code, raw, str(path), cuts)) == whole


@settings(max_examples=scaled(150))
@given(st.data())
def test_no_bytes_raise_and_cuts_agree_on_damage(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in INPUTS if path.stat().st_size < 50_000]))
    raw = path.read_bytes().rstrip(b"\n") + b"\n"
    place = data.draw(st.integers(0, len(raw) - 2))
    junk = data.draw(st.binary(min_size=1, max_size=4))
    raw = raw[:place] + junk + raw[place + 1 :]
    cut = data.draw(st.integers(0, len(raw)))
    whole = as_facts(parse_whole(claude_code, raw, str(path)))
    assert as_facts(parse_cut(claude_code, raw, str(path), [cut])) == whole


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=scaled(200))
@given(json_values, st.sampled_from(["message", "toolUseResult", "timestamp", "cwd", "sessionId"]))
def test_no_value_of_a_field_raises(value: Any, field: str) -> None:
    session = ClaudeSession("s").prompt("do").edit("/w/repo/a", "x", "y")
    records = [json.loads(line) | {field: value} for line in session.lines]
    raw = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    parse_whole(claude_code, raw, f"{HOME}/s.jsonl")


def test_a_call_whose_id_is_used_again_is_a_call_without_an_answer() -> None:
    session = ClaudeSession("s")
    for text in ("one", "two"):
        block = {"type": "tool_use", "id": "same", "name": "Bash", "input": {"command": text}}
        session.add("assistant", {"id": f"m-{text}", "content": [block]})
    found = [call.status for call in parse(session).tool_calls]
    assert found == ["pending", "pending"]


def test_state_and_problems_hold_no_text() -> None:
    session = ClaudeSession("s")
    waiting(session, "SECRETWAIT")
    asked = {"file_path": "/w/repo/a", "old_string": "SECRETOLD", "new_string": "SECRETNEW"}
    block = {"type": "tool_use", "id": "t", "name": "Edit", "input": asked}
    session.add("assistant", {"id": "m", "content": [block, {"type": "text", "text": "SECRET"}]})
    session.lines.append(b'{"type": "user", "message": {"content": "SECRETBAD')
    parsed = parse(session)
    assert parsed.state
    assert parsed.problems
    assert "SECRET" not in json.dumps(parsed.state) + str(parsed)


@pytest.mark.parametrize(
    ("path", "session_id", "agent_id"),
    [
        (f"{HOME}/aaaa.jsonl", "aaaa", None),
        (f"{HOME}/aaaa/subagents/agent-b1.jsonl", "aaaa", "b1"),
        (f"{HOME}/aaaa/subagents/workflows/w1/agent-b1.jsonl", "aaaa", "b1"),
        (f"/srv/subagents{HOME}/aaaa/subagents/agent-b1.jsonl", "aaaa", "b1"),
        ("/h/subagents/.claude/projects/-w/aaaa.jsonl", "aaaa", None),
        (f"{HOME}/agent-b1.jsonl", "agent-b1", "b1"),
    ],
)
def test_the_path_says_what_records_do_not(
    path: str, session_id: str, agent_id: str | None
) -> None:
    record: dict[str, Any] = {"type": "assistant", "uuid": "u", "timestamp": instant(0)}
    record |= {"message": {"id": "m", "content": [{"type": "text", "text": "hi"}]}}
    parsed = parse_whole(claude_code, json.dumps(record).encode() + b"\n", path)
    (message,) = parsed.messages
    assert (message.session_id, message.agent_id) == (session_id, agent_id)
    asked = record | {"type": "user", "message": {"content": "a task given by the parent"}}
    parsed = parse_whole(claude_code, json.dumps(asked).encode() + b"\n", path)
    assert bool(prompts(parsed)) is (agent_id is None)


def test_a_fork_tells_the_facts_of_its_parent() -> None:
    parent = ClaudeSession("aaaaaaaa-0000-4000-8000-000000000001").prompt("do").say("ok", 7)
    parent.edit("/w/repo/a", "x", "y")
    fork = parse(parent.fork("bbbbbbbb-0000-4000-8000-000000000002").say("more", 9))
    own = parse(parent)
    for mine, copies in ((own.messages, fork.messages), (own.usages, fork.usages)):
        keys = [record.message_key for record in mine]
        assert [record.message_key for record in copies][: len(keys)] == keys
        assert copies[0].owner_rank > mine[0].owner_rank
    assert fork.tool_calls[0].call_key == own.tool_calls[0].call_key
    assert fork.code_changes[0].change_key == own.code_changes[0].change_key
