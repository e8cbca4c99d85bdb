"""parse_note: notes of git-ai as its format 3 has them, and damaged ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.git.authorship_note import parse_note
from aea.records import Authorship, Problem

SHA = "b" * 40
METADATA = {
    "schema_version": "authorship/3.0.0",
    "git_ai_version": "1.4.7",
    "base_commit_sha": "7734793b756b3921c88db5375a8c156e9532447b",
    "prompts": {
        "abcd1234abcd1234": {
            "agent_id": {"tool": "cursor", "id": "session-1", "model": "claude-3-sonnet"},
            "human_author": "Alice <alice@example.com>",
            "messages": [{"type": "user", "text": "add error handling"}],
            "total_additions": 16,
            "total_deletions": 0,
            "accepted_lines": 16,
            "overriden_lines": 0,
        }
    },
    "humans": {"h_31dce776f88375": {"author": "Alice Smith <alice@example.com>"}},
    "sessions": {
        "s_c9883b05a2487d": {
            "agent_id": {"tool": "claude", "id": "conv_abc", "model": "claude-sonnet-4-5"},
            "human_author": "dev@example.com",
        }
    },
}
ATTESTED = """src/main.rs
  s_c9883b05a2487d::t_9f8e7d6c5b4a32 1-10,15
  h_31dce776f88375 11-14
"src/my file.rs"
  abcd1234abcd1234 5,7-9
"""


def note(attested: str = ATTESTED, metadata: object = METADATA) -> bytes:
    return f"{attested}---\n{json.dumps(metadata, indent=2)}".encode()


def record(path: str | None, first: int | None, count: int | None, *who: str | None) -> Authorship:
    contributor, tool, session, model = (*who, None, None, None)[:4]
    said = (tool, session, model, path, first, count, contributor or "")
    return Authorship(SHA, "git_ai_note", *said, None)


def test_sessions_prompts_and_people() -> None:
    claude = ("ai", "claude", "conv_abc", "claude-sonnet-4-5")

    assert parse_note(note(), SHA) == (
        [
            record("src/main.rs", 1, 10, *claude),
            record("src/main.rs", 15, 1, *claude),
            record("src/main.rs", 11, 4, "human"),
            record("src/my file.rs", 5, 1, "ai", "cursor", "session-1", "claude-3-sonnet"),
            record("src/my file.rs", 7, 3, "ai", "cursor", "session-1", "claude-3-sonnet"),
        ],
        [],
    )


def test_a_note_that_attests_nothing_says_that_the_commit_was_looked_at() -> None:
    assert parse_note(note(""), SHA) == ([record(None, None, None, "unknown")], [])


def test_a_session_that_is_not_described_keeps_its_key() -> None:
    bare = {"schema_version": "authorship/3.0.0", "base_commit_sha": ""}

    records, problems = parse_note(note("a.py\n  s_1234567890abcd::t_1 2\n", bare), SHA)
    assert (records, problems) == ([record("a.py", 2, 1, "ai", None, "s_1234567890abcd")], [])


@pytest.mark.parametrize(
    ("content", "kept", "problem"),
    [
        (b"", 0, Problem(0, "authorship note: no divider")),
        (b'{"schema_version":"authorship/3.0.0"}', 0, Problem(0, "authorship note: no divider")),
        (
            b"a.py\n  s_1::t_1 1-2\n---\n{",
            1,
            Problem(24, "authorship note: metadata cannot be read"),
        ),
        (b"a.py\n  s_1 1\n---\n[]", 1, Problem(17, "authorship note: metadata cannot be read")),
        (b"a.py\n  s_1 1\n---\n\xff", 1, Problem(17, "authorship note: metadata cannot be read")),
        (
            b'a.py\n  s_1 1\n---\n{"schema_version":"authorship/4.0.0"}',
            0,
            Problem(17, "authorship note: unknown version"),
        ),
        (
            b"a.py\n  s_1 3-1\n  s_1 9\n---\n{}",
            1,
            Problem(5, "authorship note: line cannot be read"),
        ),
        (b"a.py\n  s_1 x\n---\n{}", 0, Problem(5, "authorship note: line cannot be read")),
        (b"a.py\n  s_1 0\n---\n{}", 0, Problem(5, "authorship note: line cannot be read")),
        (b"  s_1 1\n---\n{}", 0, Problem(0, "authorship note: line cannot be read")),
    ],
)
def test_damage_is_a_problem_and_the_rest_is_kept(
    content: bytes, kept: int, problem: Problem
) -> None:
    records, problems = parse_note(content, SHA)

    assert (len(records), problems) == (kept, [problem])


@given(st.data())
def test_no_damage_raises(data: st.DataObject) -> None:
    whole = note()
    cut = data.draw(st.integers(0, len(whole)))
    junk = data.draw(st.binary(max_size=20))
    parse_note(whole[:cut] + junk + whole[cut + len(junk) :], SHA)
