"""`aea events`: rows for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import aea
from tests.support.database import dump_events, ingest
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession, CodexSession


@pytest.fixture(autouse=True)
def world(home: Path) -> Path:
    """A repository, a Claude session in it, a Codex session elsewhere."""
    repo = make_repo(home / "repo")
    repo.clock = START
    repo.change({"a.py": "x = 1\n"})
    session = ClaudeSession("s1", cwd=str(repo.directory)).prompt("add").say("ok")
    session.edit(str(repo.directory / "a.py"), "x = 1", "x = 1\ntotal = 2").write(home)
    CodexSession("0197b001-1000-7000-8000-0000000000a1", cwd="/elsewhere").prompt("hi").say(
        "ho"
    ).write(home)
    ingest(directory=str(repo.directory))
    return repo.directory


def rows(*arguments: str) -> list[dict[str, Any]]:
    done = aea("events", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_event_row_is_told_once() -> None:
    told: dict[str, list[dict[str, Any]]] = {}
    for row in rows():
        row.pop("ingested_at")
        told.setdefault(row.pop("table"), []).append(row)
    expected = {name: found for name, found in dump_events().items() if found}
    assert told.keys() == expected.keys()
    for name, found in expected.items():
        assert sorted(map(json.dumps, told[name])) == sorted(map(json.dumps, found))


def test_by_table_provider_and_repository(world: Path) -> None:
    assert {row["table"] for row in rows("--table", "session_usage")} == {"event_session_usage"}
    by_provider = rows("--provider", "codex")
    assert {row["provider"] for row in by_provider} == {"codex"}
    assert "event_commit_outcome" not in {row["table"] for row in by_provider}
    assert {row["repository"] for row in rows("--repo", str(world))} == {f"dir:{world}"}
    assert len(rows("--limit", "2")) == 2


def test_since_an_instant_and_since_what_was_seen() -> None:
    commits = ("--table", "commit_outcome")
    (commit,) = rows(*commits)
    assert rows(*commits, "--since", commit["commit_time"]) == [commit]
    assert rows(*commits, "--until", commit["commit_time"]) == []
    assert rows(*commits, "--since", "2099-01-01") == []
    everything = rows()
    last = max(row["ingested_at"] for row in everything)
    assert rows("--after", str(last)) == []
    assert rows("--after", "0") == everything


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--table", "event_nothing"), "not an event table"),
        (("--since", "yesterday"), "not an instant"),
        (("--repo", "nowhere"), "no repository 'nowhere' is known"),
    ],
)
def test_what_is_not_there_is_a_clear_error(arguments: tuple[str, ...], words: str) -> None:
    done = aea("events", *arguments)
    assert done.returncode in (1, 2)
    assert words in done.stderr
