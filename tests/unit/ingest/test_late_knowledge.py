"""What is learnt late changes what was known, and reports stay honest about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aea.reports.stats import StatsRequest, show
from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TASK = "SELECT task_key FROM event_session_quality"
REMOTE = "https://github.com/x/y.git"


def _tasks() -> list[object]:
    return [row["task_key"] for row in select(TASK)]


def test_a_branch_learnt_after_the_session_refreshes_it(home: Path) -> None:
    ClaudeSession("s1", str(home / "w"), "ABC-12-x").prompt("hi").say("ho").write(home)
    ingest()
    make_repo(home / "w", "-b", "ABC-12-x").change({"a": "1\n"})
    ingest(directory=str(home / "w"))
    assert_consistent()


def test_uniting_repositories_keeps_branches_that_only_sessions_named(home: Path) -> None:
    other, repo = make_repo(home / "o", "-b", "main"), make_repo(home / "w", "-b", "main")
    other.change({"a": "2\n"})
    repo.change({"a": "1\n"})
    other.git("remote", "add", "origin", REMOTE)
    ingest(directory=str(home / "o"))
    ingest(directory=str(home / "w"))
    ClaudeSession("s1", str(home / "w"), "ABC-12-gone").prompt("hi").say("ho").write(home)
    ingest()
    assert _tasks() == ["ABC-12"]
    repo.git("remote", "add", "origin", REMOTE)
    repo.change({"a": "3\n"})
    ingest(directory=str(home / "w"))
    assert _tasks() == ["ABC-12"]


def test_no_text_of_a_reflog_message_is_stored(home: Path) -> None:
    repo = make_repo(home / "w")
    repo.change({"a": "1\n"})
    repo.git("update-ref", "--create-reflog", "-m", "PLANTED words", "refs/heads/x", "HEAD")
    ingest(directory=str(home / "w"))
    assert not select("SELECT action FROM fact_ref_update WHERE action LIKE '%PLANTED%'")


def test_the_footer_of_groups_covers_all_sessions(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aea.clock.now_ms", lambda: START * 1000 + 60_000)
    ClaudeSession("s1", branch="a").prompt("hi").say("ho").write(home)
    ClaudeSession("s2", branch="z").prompt("hi").write(home)
    ingest()  # a report alone may run out of its 150 ms on a busy machine
    assert "tokens recorded for 0%" not in show(StatsRequest(group_by="branch"))


def test_tokens_of_a_sub_agent_are_known(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aea.clock.now_ms", lambda: START * 1000 + 60_000)
    parent, child = (f"019a0000-0000-7000-8000-00000000000{n}" for n in (1, 2))
    CodexSession(parent).prompt("hi").write(home)
    thread = CodexSession(child).prompt("hi").say("ho", 50)
    first = json.loads(thread.lines[0])
    first["payload"]["source"] = {
        "subagent": {"thread_spawn": {"parent_thread_id": parent, "depth": 1}}
    }
    thread.lines[0] = json.dumps(first).encode()
    thread.write(home)
    ingest()
    assert select("SELECT sum(output_tokens) AS n FROM event_session_usage") == [{"n": 50}]
    assert "unknown" not in show(StatsRequest(provider="codex"))
