"""A response counts once, whichever of its copies are read, in whatever order and pieces, and with the best count."""

from __future__ import annotations

import json
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aea.ingest.readers import append
from tests.properties.test_incremental import World
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.depth import scaled
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from collections.abc import Iterator

# The fork has the smaller id: without the agent's own file it would own the agent's responses.
PARENT, FORK = "22222222-1111-4111-8111-111111111111", "11111111-0000-4000-8000-000000000000"
FOLDER = ".claude/projects/p"
OWN = f"{FOLDER}/{PARENT}/subagents/agent-a1.jsonl"


def agent() -> list[dict[str, Any]]:
    """What a sub-agent's own file holds: two responses in several blocks, the second one to its end."""
    session = ClaudeSession(PARENT)
    blocks = [
        (1, 2, None, {"type": "thinking", "thinking": "hm" * 40}),
        (1, 2, None, {"type": "text", "text": "I look at it."}),
        (1, 2, None, {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {"a": 1}}),
        (2, 2, None, {"type": "text", "text": "I have read it."}),
        (
            2,
            90,
            "tool_use",
            {"type": "tool_use", "id": "toolu_2", "name": "Grep", "input": {"b": 2}},
        ),
    ]
    for number, output, stop, block in blocks:
        usage = {"input_tokens": 1, "output_tokens": output, "cache_read_input_tokens": 9000}
        message = {
            "id": f"msg_01agentabcdefgh{number}",
            "role": "assistant",
            "model": "claude-haiku-4-5",
        }
        message |= {"content": [block], "usage": usage, "stop_reason": stop}
        extra = {"isSidechain": True, "agentId": "a1", "requestId": f"req_agent_{number}"}
        session.add("assistant", message, **extra)
    return [json.loads(line) for line in session.lines]


def parent() -> ClaudeSession:
    """Its parent's file, with the excerpts: calls only, counts of the moment."""
    session = ClaudeSession(PARENT).prompt("look at it").say("I ask somebody")
    for record in agent():
        if record["message"]["content"][0]["type"] != "tool_use":
            continue
        record["message"]["usage"]["output_tokens"] = 2
        record["message"]["stop_reason"] = None
        kept = ("type", "message", "uuid", "timestamp", "requestId")
        inner = {name: record[name] for name in kept}
        session.add(
            "progress", {}, data={"type": "agent_progress", "agentId": "a1", "message": inner}
        )
    return session.say("It is fine")


def sources() -> dict[str, bytes]:
    session = parent()
    fork = session.fork(FORK).prompt("and now?").say("now this", 50)
    own = b"".join(json.dumps(record).encode() + b"\n" for record in agent())
    return {
        f"{FOLDER}/{PARENT}.jsonl": session.data(),
        f"{FOLDER}/{FORK}.jsonl": fork.data(),
        OWN: own,
        f"{FOLDER}/copy/{PARENT}/subagents/agent-a1.jsonl": own[: len(own) // 2],
    }


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(monkeypatch)
    yield made
    made.close()


AGENT = (
    "SELECT count(*) AS responses, sum(output_tokens) AS output, sum(cache_read_tokens) AS read,"
    " sum(unfinished_response_count) AS unfinished, min(session_id) AS session"
    " FROM event_session_usage WHERE model = 'claude-haiku-4-5'"
)


FACTS = (
    "SELECT s.session_id AS owner, u.* FROM fact_session_usage AS u"
    " INNER JOIN metadata_sessions AS s ON s.id = u.session_id ORDER BY message_key, request_key"
)
LOCAL = {"session_id", "model_id", "source_id", "source_offset", "ingested_at"}


def facts() -> list[dict[str, Any]]:
    """The responses without ids and places that are valid in one database only."""
    return [
        {name: value for name, value in row.items() if name not in LOCAL} for row in select(FACTS)
    ]


def agents_usage() -> tuple[Any, ...]:
    (row,) = select(AGENT.replace("count(*)", "sum(response_count)"))
    return tuple(row.values())


def test_what_only_the_parent_holds_counts_as_unfinished(world: World) -> None:
    world.write(f"{FOLDER}/{PARENT}.jsonl", sources()[f"{FOLDER}/{PARENT}.jsonl"])
    ingest()
    assert agents_usage() == (2, 4, 18000, 2, PARENT)
    assert_consistent()


def test_copies_in_every_order_give_the_same_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for order in permutations(sources().items()):
        world = World(monkeypatch)
        for name, data in order:
            world.write(name, data)
            ingest()
        assert agents_usage() == (2, 92, 18000, 1, PARENT)
        assert_consistent()
        found.append((facts(), dump_events()))
        world.close()
    assert all(one == found[0] for one in found)


def test_an_excerpt_without_a_request_gives_way_too(world: World) -> None:
    """Then its key is another one."""
    files = sources()
    excerpt = files[f"{FOLDER}/{PARENT}.jsonl"]
    for number in (1, 2):
        excerpt = excerpt.replace(f', "requestId": "req_agent_{number}"'.encode(), b"")
    world.write(f"{FOLDER}/{PARENT}.jsonl", excerpt)
    ingest()
    assert agents_usage() == (2, 4, 18000, 2, PARENT)
    world.write(OWN, files[OWN])
    ingest()
    assert agents_usage() == (2, 92, 18000, 1, PARENT)
    assert_consistent()


@settings(max_examples=scaled(15))
@given(
    steps=st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), max_size=8),
    chunk=st.sampled_from([300, 900, 8_000_000]),
)
def test_any_growth_in_any_pieces_ends_in_the_same_facts(
    steps: list[tuple[int, float]], chunk: int
) -> None:
    files = list(sources().items())
    with pytest.MonkeyPatch.context() as patch:
        world = World(patch)
        for name, data in files:
            world.write(name, data)
        ingest()
        clean = facts(), dump_events()
        world.close()
        patch.setattr(append, "CHUNK_BYTES", chunk)
        world = World(patch)
        for which, part in [*steps, *((number, 1.0) for number in reversed(range(4)))]:
            name, data = files[which]
            world.write(name, data[: int(len(data) * part)])
            ingest()
        assert (facts(), dump_events()) == clean
        assert_consistent()
        world.close()
