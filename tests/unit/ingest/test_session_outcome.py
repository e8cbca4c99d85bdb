"""Whether a session led to a commit soon, by the lines that were matched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import make_repo
from tests.support.sessions import START, ClaudeSession

HOUR = 3600


@pytest.mark.parametrize(
    ("seconds_later", "text", "flag"),
    [
        (600, "x = 1\ntotal = 3\n", 1),
        (4 * HOUR - 60, "x = 1\ntotal = 3\n", 1),
        (5 * HOUR, "x = 1\ntotal = 3\n", 0),
        (600, "x = 1\nnothing = 4\n", 0),  # a commit, but none of its lines
    ],
)
def test_a_commit_within_four_hours(home: Path, seconds_later: int, text: str, flag: int) -> None:
    repo = make_repo(home / "repo")
    repo.clock = START - 600
    repo.change({"a.py": "x = 1\n"})
    session = ClaudeSession("s1", cwd=str(repo.directory)).prompt("add a total")
    session.edit(str(repo.directory / "a.py"), "x = 1", "x = 1\ntotal = 3").write(home)
    ingest(directory=str(repo.directory))
    (before,) = select("SELECT session_commit_within_4h_flag AS flag FROM event_session_quality")
    repo.clock = START + seconds_later
    repo.change({"a.py": text})
    ingest(directory=str(repo.directory))

    (after,) = select("SELECT session_commit_within_4h_flag AS flag FROM event_session_quality")
    assert (before["flag"], after["flag"]) == (0, flag)
    assert_consistent()
