"""Values that no one should write, and that are written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.git.spool import write_notice
from aea.ingest import catch_up
from aea.ingest.readers import registry
from aea.ingest.run import IngestRun
from aea.reports import stats
from aea.sources.claude import claude_code
from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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


def test_names_that_are_not_utf8_stop_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = ClaudeSession("s1").prompt("x").say("y").data()
    folder = home / ".claude" / "projects" / os.fsdecode(b"odd-\xff")
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"s\xfe.jsonl")).write_bytes(data)
    odd = make_repo(home / os.fsdecode(b"repo-\xff"))
    odd.change({"a": "1\n"})
    write_notice(str(odd.directory))
    monkeypatch.chdir(odd.directory)
    ingest(directory=str(odd.directory))

    assert select("SELECT source_path FROM ingest_cursor WHERE provider = 'claude_code'") == [
        {"source_path": f"{home}/.claude/projects/odd-\\xff/s\\xfe.jsonl"}
    ]
    assert ingest().file_count == 0
    assert stats.build_report(stats.StatsRequest()).repository is None


def test_a_file_that_could_not_be_read_is_no_problem_for_ever(home: Path) -> None:
    path = ClaudeSession("s1").prompt("x").say("y").write(home)
    target = home / "target.jsonl"
    path.rename(target)
    connection = catch_up.open_database()
    run = IngestRun(connection)
    registry.read(run, claude_code, str(path))
    run.flush()
    assert "cannot be read" in select("SELECT reason FROM ingest_problem")[0]["reason"]
    target.rename(path)
    registry.read(run, claude_code, str(path))
    run.flush()
    connection.close()

    assert select("SELECT reason FROM ingest_problem") == []
    assert_consistent()
