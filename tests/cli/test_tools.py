"""`aea session tools` and the metrics of `aea session report`, as a person types them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.test_commands import aea, answer
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path


def _write(home: Path) -> None:
    session = ClaudeSession("s1").prompt("Go")
    for number in range(5):
        session.edit("/w/repo/a.py", f"no_{number}", "no", status="failed")
    session.edit("/w/repo/a.py", "one = 1", "two = 2")
    session.edit("/w/repo/a.py", "x", "y", status="rejected").write(home)


def test_tools_with_their_errors(home: Path) -> None:
    _write(home)

    (tool,) = answer("session", "tools", "--all-projects")
    assert (tool["tool_name"], tool["call_count"], tool["failed_call_count"]) == ("Edit", 7, 5)
    assert (tool["tool_error_rate"], tool["refused_count"]) == (5 / 6, 1)
    assert tool["agent_loop_count"] == 1
    text = aea("session", "tools", "--all-projects").stdout
    assert "83%" in text
    assert (
        "No tool was called"
        in aea("session", "tools", "--all-projects", "--provider", "codex").stdout
    )


def test_the_report_of_sessions(home: Path) -> None:
    _write(home)

    (row,) = answer("session", "report", "--all-projects")["rows"]
    assert (row["agent_loop"], row["tool_error_rate"], row["refusal"]) == (1, 5 / 6, 1 / 7)
    assert (row["interruption"], row["undone_edits"]) == (0, 0)
    text = aea("session", "report", "--all-projects").stdout
    for title in ("Agent loops", "Tool errors", "Refusals", "Interruptions", "Undone edits"):
        assert title in text
    assert "agent_loop" in aea("why", "agent_loop").stdout
