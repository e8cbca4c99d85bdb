"""Output tokens by written characters: the ratio of a model family, and the estimates that follow from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.database import assert_consistent, ingest, select
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

OPUS, SONNET = "claude-opus-4-6", "claude-sonnet-4-5-20250929"


def final(
    home: Path, name: str, count: int, output: int, text: str, model: str = "claude-opus-4-5"
) -> ClaudeSession:
    """A session of a version that writes final counts."""
    session = ClaudeSession(name)
    for _ in range(count):
        session.say(text, output, model=model)
    session.lines = [line.replace(b'"2.1.42"', b'"2.1.120"') for line in session.lines]
    session.write(home)
    return session


def ratios() -> dict[str, tuple[int, int | None]]:
    rows = select("SELECT * FROM derived_output_ratio")
    return {
        row["model_family"]: (row["response_count"], row["tokens_per_1000_characters"])
        for row in rows
    }


def usage(session: str) -> tuple[int, int, int]:
    """(recorded output, estimated output, unfinished responses)"""
    (row,) = select(
        "SELECT sum(output_tokens) o, sum(estimated_output_tokens) e, sum(unfinished_response_count) n"
        " FROM event_session_usage WHERE session_id = ?",
        session,
    )
    return row["o"], row["e"], row["n"]


def test_the_example_of_the_documentation(home: Path) -> None:
    """docs/metrics.md, Output."""
    final(home, "new", 30, 50, "x" * 100)
    old = ClaudeSession("old").prompt("go on").say("x" * 1000, 3, model=OPUS)
    old.say("x" * 1000, 3, model=SONNET).say("So", 8, model=OPUS).write(home)
    final(home, "known", 1, 40, "x" * 1000)

    ingest()

    # 30 of 50 tokens and one of 40 tokens for 4,000 characters: 1,540 / 4,000 = 0.385 tokens per character.
    assert ratios() == {"claude-opus": (31, 390)}
    by_model = "SELECT model, output_tokens o, estimated_output_tokens e FROM view_usage_by_model"
    assert {row["model"]: (row["o"], row["e"]) for row in select(by_model)} == {
        "claude-opus-4-5": (1540, 1540),
        "claude-opus-4-6": (11, 390 + 8),
        "claude-sonnet-4-5": (3, 330),
    }
    assert_consistent()


def test_few_final_responses_say_nothing_about_a_family(home: Path) -> None:
    ClaudeSession("old").say("x" * 1000, 3).write(home)
    new = final(home, "new", 29, 50, "x" * 100)
    ingest()
    assert (ratios(), usage("old")) == ({"claude-opus": (29, None)}, (3, 330, 1))

    new.lines += final(home, "other", 1, 50, "x" * 100).lines
    ingest()
    assert (ratios(), usage("old")) == ({"claude-opus": (30, 500)}, (3, 500, 1))
    assert usage("new") == (1450, 1450, 0)
    assert_consistent()


def test_a_ratio_that_moves_less_than_a_step_changes_nothing(home: Path) -> None:
    ClaudeSession("old").say("x" * 1000, 3).write(home)
    final(home, "new", 30, 50, "x" * 100)
    ingest()
    before = select("SELECT ingested_at FROM event_session_usage WHERE session_id = 'old'")
    final(home, "more", 1, 54, "x" * 100)
    ingest()
    assert ratios() == {"claude-opus": (31, 500)}
    assert select("SELECT ingested_at FROM event_session_usage WHERE session_id = 'old'") == before
    assert_consistent()


@pytest.mark.parametrize("kind", ["thinking", "redacted_thinking"])
def test_responses_with_hidden_thinking_fit_no_ratio(home: Path, kind: str) -> None:
    """Their tokens hold thinking of which no character is known."""
    session = final(home, "new", 30, 5000, "x" * 10)
    hidden = {"type": kind, "thinking": "", "signature": "c2ln"}
    records = [json.loads(line) for line in session.lines]
    for record in records:
        record["message"]["content"].insert(0, hidden)
    session.lines = [json.dumps(record).encode() for record in records]
    session.write(home)
    ingest()
    assert ratios() == {}
    unknown = "SELECT count(*) n FROM fact_session_usage WHERE thinking_characters IS NULL"
    assert select(unknown) == [{"n": 30}]
    assert usage("new") == (150_000, 150_000, 0)


def test_a_ratio_goes_when_its_responses_turn_out_to_be_unknown(home: Path) -> None:
    """A copy that hides what another shows: then nothing can be fitted to it."""
    session = final(home, "new", 30, 50, "x" * 100)
    ClaudeSession("old").say("x" * 1000, 3).write(home)
    ingest()
    assert usage("old") == (3, 500, 1)
    hidden = {"type": "thinking", "thinking": "", "signature": "c2ln"}
    records = [json.loads(line) for line in session.lines]
    for record in records:
        record["message"]["content"].append(hidden)
    copy = ClaudeSession("new")
    copy.lines = [json.dumps(record).encode() for record in records]
    path = home / ".claude" / "projects" / "-other" / "new.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(copy.data())
    ingest()
    assert (ratios(), usage("old")) == ({}, (3, 330, 1))
    assert_consistent()
