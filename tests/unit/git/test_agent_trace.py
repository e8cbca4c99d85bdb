"""parse_traces: records as the reference implementation of Agent Trace writes them, and damaged ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.git.agent_trace import parse_traces
from aea.records import Authorship

SHA = "c" * 40
AT = 1_769_250_600_500


def trace(**changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = {
        "version": "1.0",
        "id": "550e8400-e29b-41d4-a716-446655440000",
        "timestamp": "2026-01-24T10:30:00.500Z",
        "vcs": {"type": "git", "revision": SHA},
        "tool": {"name": "cursor", "version": "2.4.0"},
        "files": [file("src/a.ts", {"start_line": 3, "end_line": 7})],
        "metadata": {"conversation_id": "conv-1", "command": "XPROMPTX"},
    }
    return record | changes


def file(path: str, *ranges: dict[str, Any], **conversation: Any) -> dict[str, Any]:
    who = {"type": "ai", "model_id": "anthropic/claude-opus-4-5-20251101"}
    return {
        "path": path,
        "conversations": [{"contributor": who, "ranges": list(ranges)} | conversation],
    }


def parse(*records: dict[str, Any]) -> list[Authorship]:
    found, problems = parse_traces("".join(json.dumps(one) + "\n" for one in records).encode())
    assert problems == []
    return found


def test_a_record_of_the_reference_hook() -> None:
    model = "anthropic/claude-opus-4-5-20251101"

    assert parse(trace()) == [
        Authorship(SHA, "agent_trace", "cursor", "conv-1", model, "src/a.ts", 3, 5, "ai", AT)
    ]


def test_a_range_may_have_a_contributor_of_its_own() -> None:
    own = {"start_line": 9, "end_line": 9, "contributor": {"type": "human"}}
    ranges = ({"start_line": 1, "end_line": 2, "content_hash": "murmur3:1"}, own)

    found = parse(trace(files=[file("a.ts", *ranges)]))
    assert [(one.first_line, one.line_count, one.contributor, one.model_name) for one in found] == [
        (1, 2, "ai", "anthropic/claude-opus-4-5-20251101"),
        (9, 1, "human", None),
    ]


@pytest.mark.parametrize(
    ("changes", "session"),
    [
        ({"metadata": {"session_id": "s1", "conversation_id": "c1"}}, "s1"),
        ({"metadata": None}, None),
        ({"metadata": {}, "files": [file("a", url="file:///home/ann/.claude/x/s9.jsonl")]}, "s9"),
        (
            {"metadata": {}, "files": [file("a", url="https://api.x.com/v1/c/12345?token=T")]},
            "12345",
        ),
    ],
)
def test_the_session_is_its_id_without_the_address(
    changes: dict[str, Any], session: str | None
) -> None:
    assert [one.external_session for one in parse(trace(**changes))] == [session]


def test_a_file_without_ranges_is_told_without_lines() -> None:
    (one,) = parse(
        trace(tool={"name": "claude-code"}, files=[{"path": "./a.ts", "conversations": []}])
    )

    assert one[2:9] == ("claude", "conv-1", None, "a.ts", None, None, "unknown")


@pytest.mark.parametrize(
    "changes",
    [
        {"vcs": None},
        {"vcs": {"type": "jj", "revision": "kxyz"}},
        {"vcs": {"type": "git", "revision": "HEAD"}},
        {"files": []},
        {"files": [file(".shell-history", {"start_line": 1, "end_line": 1})]},
        {"files": [file(".sessions", {"start_line": 1, "end_line": 1})]},
        {"files": [file("/home/ann/other.ts", {"start_line": 1, "end_line": 1})]},
    ],
)
def test_what_names_no_commit_or_no_file_of_it_is_left_out(changes: dict[str, Any]) -> None:
    assert parse(trace(**changes)) == []


def test_a_damaged_line_is_a_problem_at_its_byte() -> None:
    whole = json.dumps(trace()).encode()
    bad = [b"{", b"[]", b'{"timestamp": 5, "files": []}', b"\xff\xfe"]
    late = json.dumps(trace(timestamp="yesterday")).encode()
    upside_down = json.dumps(trace(files=[file("a", {"start_line": 5, "end_line": 1})])).encode()
    lines = [whole, *bad, late, upside_down, b"", whole]

    found, problems = parse_traces(b"".join(line + b"\n" for line in lines), 100)
    starts = [100 + sum(len(line) + 1 for line in lines[:place]) for place in range(1, 7)]
    assert len(found) == 1
    assert [problem.offset for problem in problems] == starts


@given(st.data())
def test_no_damage_raises(data: st.DataObject) -> None:
    whole = json.dumps(trace()).encode()
    cut = data.draw(st.integers(0, len(whole)))
    parse_traces(whole[:cut] + data.draw(st.binary(max_size=20)) + whole[cut + 3 :])
