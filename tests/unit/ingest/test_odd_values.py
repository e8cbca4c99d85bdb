"""Values that no one should write, and that are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path


def test_half_characters_and_impossible_dates_stop_nothing(home: Path) -> None:
    half = ClaudeSession("s1", cwd="/w/\ud83d/x", branch="b\ud83d")
    half.prompt("hi \ud83d TypeError: x").say("ho", model="m\udfff")
    half.edit("/w/\ud83d/a.py", "x\ud83d", "y\ud83d").write(home)
    codex = CodexSession("0197b001-1000-7000-8000-0000000000a1", cwd="/w/\ud83d")
    codex.prompt("hi \ud83d").say("x").patch("n\ud83d.py", "a\ud83d").write(home)
    for name, stamp in (("s2", b"9999-12-31T20"), ("s3", b"0001-01-01T00")):
        session = ClaudeSession(name).prompt("x").say("y")
        session.lines = [line.replace(b"2026-05-28T20", stamp) for line in session.lines]
        session.write(home)
    repo = make_repo(home / "repo")
    repo.change({"a": "1\n"})
    for date in ("@99999999999999 +0000", "@0 +0000"):
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        repo.git("commit", "-q", "--allow-empty", "-m", "odd", **dates)
    ingest(directory=str(repo.directory))

    assert_consistent()
    assert select("SELECT reason FROM ingest_problem") == []
    rows = select("SELECT session_id, started_at FROM event_session_productivity ORDER BY 1")
    assert [row["session_id"] for row in rows] == [codex.session_id, "s1", "s2", "s3"]
    assert rows[3]["started_at"] == "0001-01-01T00:26:41Z"
    assert select("SELECT count(*) AS n FROM fact_session_code_change")[0]["n"] == 2
    times = select("SELECT commit_time FROM event_commit_outcome ORDER BY 1")
    assert [row["commit_time"][:4] for row in times] == ["1970", "2023", "9999"]
    days = select("SELECT min(local_day) AS first, count(*) AS n FROM metadata_calendar")[0]
    assert days["first"] == "2000-01-01"
    assert days["n"] < 11_000
