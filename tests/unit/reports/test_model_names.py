"""Reports show a model once, whatever its spellings, and find it by any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from aea.cli.stats import command
from tests.support.database import assert_consistent, ingest, select
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

SPELLINGS = ("claude-opus-4-6", "claude-opus-4-6[1m]", "us.anthropic.claude-opus-4-6-v1")


def test_one_model_is_one_row(home: Path) -> None:
    session = ClaudeSession("s").prompt("go on")
    for spelling in SPELLINGS:
        session.say("done", 10, model=spelling)
    session.say("done", 10, model="claude-sonnet-4-6").write(home)
    ingest()

    by_model = "SELECT model, output_tokens, response_count FROM view_usage_by_model ORDER BY 1"
    assert [tuple(row.values()) for row in select(by_model)] == [
        ("claude-opus-4-6", 30, 3),
        ("claude-sonnet-4-6", 10, 1),
    ]
    raw = select("SELECT model_name FROM metadata_models ORDER BY id")
    assert [row["model_name"] for row in raw] == [*SPELLINGS, "claude-sonnet-4-6"]
    assert select("SELECT model_name AS m FROM event_session_quality") == [{"m": "claude-opus-4-6"}]
    assert_consistent()


def test_a_model_is_found_by_any_spelling(home: Path) -> None:
    ClaudeSession("s").prompt("go on").say("done", 10, model="claude-opus-4-6[1m]").write(home)
    ingest()
    asked = ["--all-projects", "--json", "--since", "2026-05-01", "--until", "2026-06-30"]
    found = {
        CliRunner().invoke(command, [*asked, "--model", name]).output.count('"output_tokens": 10')
        for name in SPELLINGS
    }
    assert found == {1}
