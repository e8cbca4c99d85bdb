"""Append-only files that grow, shrink, move and break."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from aea.ingest.readers import append
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path


def _session(session_id: str = "s1") -> ClaudeSession:
    session = ClaudeSession(session_id)
    session.prompt("please change it").say("on it").edit("/w/repo/a.py", "one", "two\nthree")
    return session.prompt("TypeError: x is not a function").say("fixed", 30)


def _outputs() -> list[int]:
    rows = select("SELECT output_tokens AS n FROM fact_session_usage ORDER BY 1")
    return [row["n"] for row in rows]


def test_a_line_is_read_when_its_end_is_there(home: Path) -> None:
    data = _session().data()
    path = _session().write(home)
    cut = data.index(b"\n", len(data) // 2) - 20
    path.write_bytes(data[:cut])
    ingest()
    before = select("SELECT byte_offset FROM ingest_cursor")[0]["byte_offset"]

    path.write_bytes(data)
    ingest()

    assert before < cut
    assert _outputs() == [10, 20, 30]
    assert select("SELECT count(*) AS n FROM ingest_problem")[0]["n"] == 0
    assert_consistent()


def test_a_whole_last_line_counts_before_its_line_feed_comes(home: Path) -> None:
    session = _session()
    path = session.write(home)
    path.write_bytes(session.data().rstrip(b"\n"))

    ingest()
    first = _outputs()
    path.write_bytes(session.data() + session.say("more", 40).lines[-1] + b"\n")
    ingest()

    assert first == [10, 20, 30]
    assert _outputs() == [10, 20, 30, 40]
    assert_consistent()


def test_two_records_without_any_line_feed_are_read(home: Path) -> None:
    session = _session()
    path = session.write(home)
    *lines, first, second = session.lines
    start = b"".join(line + b"\n" for line in lines)
    path.write_bytes(start + first + second)

    ingest()

    assert _outputs() == [10, 20, 30]
    path.write_bytes(start + first + second + b"\n" + first + second[:50])
    ingest()
    assert _outputs() == [10, 20, 30]
    assert_consistent()


def test_nothing_new_is_not_read_again(home: Path) -> None:
    _session().write(home)
    ingest()

    assert ingest().file_count == 0


def test_what_was_ingested_stays_when_a_file_is_truncated_replaced_or_deleted(home: Path) -> None:
    path = _session().write(home)
    ingest()
    before = dump_events()

    path.write_bytes(path.read_bytes()[:200])
    ingest()
    assert dump_events() == before

    other = ClaudeSession("s2").prompt("another").say("answer", 77)
    path.write_bytes(other.data())
    ingest()
    assert _outputs() == [10, 20, 30, 77]

    path.unlink()
    ingest()
    assert _outputs() == [10, 20, 30, 77]
    assert select("SELECT is_missing AS n FROM ingest_cursor")[0]["n"] == 1
    assert_consistent()


def test_a_replacement_of_the_same_length_is_noticed(home: Path) -> None:
    path = ClaudeSession("s1").prompt("hello").say("hi", 11).write(home)
    ingest()
    path.write_bytes(ClaudeSession("s2").prompt("hello").say("hi", 22).data())
    ingest()

    assert _outputs() == [11, 22]


def test_copies_and_forks_count_once(home: Path) -> None:
    first, second = "aaaaaaaa-0000-4000-8000-000000000000", "bbbbbbbb-0000-4000-8000-000000000000"
    session = _session(first)
    path = session.write(home)
    (path.parent / "backup.jsonl").write_bytes(session.data())
    fork = session.fork(second)
    fork.wait(100).prompt("go on").say("done", 99).write(home)
    ingest()

    usage = select("SELECT session_id, sum(output_tokens) AS n FROM event_session_usage GROUP BY 1")
    prompts = select(
        "SELECT session_id, user_turn_count AS n FROM event_session_quality ORDER BY 1"
    )
    assert {row["session_id"]: row["n"] for row in usage} == {first: 60, second: 99}
    assert [(row["session_id"], row["n"]) for row in prompts] == [(first, 2), (second, 1)]


def test_a_bad_line_is_a_problem_and_the_rest_goes_on(home: Path) -> None:
    session = _session()
    session.lines.insert(2, b'{"type": "assistant", "message": {"usage": nonsense}')
    session.lines.insert(4, b"\x00\x00\xff\xfe not json")
    path = session.write(home)
    ingest()

    problems = select("SELECT byte_offset, reason FROM ingest_problem ORDER BY 1")
    lines = path.read_bytes().split(b"\n")
    offsets = [sum(len(line) + 1 for line in lines[:number]) for number in (2, 4)]
    assert [row["byte_offset"] for row in problems] == offsets
    assert _outputs() == [10, 20, 30]
    assert all("nonsense" not in row["reason"] for row in problems)


def test_unknown_record_types_are_counted_once_however_often_read(home: Path) -> None:
    session = _session()
    session.lines.append(b'{"type": "hologram", "uuid": "x"}')
    path = session.write(home)
    ingest()
    with path.open("ab") as file:
        file.write(b'{"type": "hologram", "uuid": "y"}\n')
    ingest()

    rows = select("SELECT record_type, record_count FROM ingest_unknown_record")
    assert rows == [{"record_type": "hologram", "record_count": 2}]


def test_an_overlong_line_is_skipped_in_bounded_memory(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(append, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(append, "LINE_LIMIT_BYTES", 4000)
    session = _session()
    session.lines.insert(1, b'{"type": "summary", "summary": "' + b"x" * 20_000 + b'"}')
    path = session.write(home)
    data = path.read_bytes()
    path.write_bytes(data[:9000])
    ingest()
    path.write_bytes(data)
    ingest()

    rows = select("SELECT byte_offset, reason FROM ingest_problem")
    assert [row["byte_offset"] for row in rows] == [len(session.lines[0]) + 1]
    assert "longer than" in rows[0]["reason"]
    assert _outputs() == [10, 20, 30]
    assert_consistent()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_a_problem(home: Path) -> None:
    path = _session().write(home)
    path.chmod(0)
    CodexSession("c1").prompt("hello").say("hi").write(home)
    ingest()
    path.chmod(0o600)

    assert "cannot be read" in select("SELECT reason FROM ingest_problem")[0]["reason"]
    assert _outputs() == [10]


def test_links_out_of_a_root_are_not_followed(home: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.jsonl"
    real.write_bytes(_session().data())
    folder = home / ".claude" / "projects" / "p"
    folder.mkdir(parents=True)
    (folder / "link.jsonl").symlink_to(real)
    (home / ".claude" / "projects" / "q").symlink_to(tmp_path)
    ingest()

    assert select("SELECT count(*) AS n FROM fact_session_usage")[0]["n"] == 0


def test_pending_rejected_and_failed_edits_are_no_code_change(home: Path) -> None:
    session = ClaudeSession("s1").prompt("edit")
    for number, status in enumerate(("ok", "failed", "rejected", "pending")):
        session.edit(f"/w/repo/{number}.py", "a", "b", status=status)
    path = session.write(home)
    ingest()

    calls = select("SELECT status FROM fact_session_tool_call ORDER BY occurred_at")
    assert [row["status"] for row in calls] == ["ok", "failed", "rejected", "pending"]
    assert select("SELECT count(*) AS n FROM fact_session_code_change")[0]["n"] == 1
    assert b"0.py" in path.read_bytes()


def test_providers_files_are_not_written_to(home: Path) -> None:
    path = _session().write(home)
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(os.listdir(path.parent)))
    path.chmod(0o400)
    ingest()

    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(os.listdir(path.parent))) == before
