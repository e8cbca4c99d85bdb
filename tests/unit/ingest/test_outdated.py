"""A database that an older parser filled has, after the next run, the rows of a new one."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from aea import paths
from aea.ingest.run import IngestRun
from aea.store.engine import db
from aea.store.write import outdated
from tests.support.database import assert_consistent, dump_events, dump_facts, ingest, select
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path

# Facts as a parser left them that took machines for persons, collapsed responses and saw no edit where one was:
# rows that a newer one does not produce, produces with less, or with another outcome.
OLDER = """
UPDATE fact_session_message SET is_prompt = 1, role = 'user', word_count = 99, is_error_paste = 1;
INSERT INTO fact_session_message SELECT message_key + 1, session_id, agent_id, occurred_at + 1, position, 'user', 1,
    7, 1, 0, 5, directory_id, branch_name, owner_rank, source_id, source_offset, ingested_at
FROM fact_session_message;
UPDATE fact_session_usage SET output_tokens = output_tokens + 1000, input_tokens = 77;
UPDATE fact_session_tool_call SET status = CASE status WHEN 'ok' THEN 'failed' ELSE 'ok' END, finished_at = 1;
UPDATE fact_session_code_change SET added_hashes = x'', lines_added = 0, added_runs = x'';
INSERT INTO fact_session_code_change SELECT change_key + 1, call_key, session_id, agent_id, occurred_at, file_id,
    old_file_id, operation, tool_name, 3, lines_removed, x'000000000000000a', removed_hashes, NULL, NULL, NULL,
    is_before_known, is_user_modified, branch_name, owner_rank, source_id, source_offset, ingested_at
FROM fact_session_code_change;
INSERT INTO ingest_problem SELECT id, 12, 'no longer', 0 FROM ingest_cursor WHERE provider <> 'git';
INSERT INTO ingest_unknown_record SELECT id, 'known-by-now', 3 FROM ingest_cursor WHERE provider <> 'git';
UPDATE ingest_cursor SET parser_version = 0 WHERE provider <> 'git';
"""


def _change(statements: str) -> None:
    with closing(db.open_writer()) as connection:
        run = IngestRun(connection)
        with run.transaction():
            connection.execute(statements).fetchall()


def _world(home: Path) -> dict[str, Path]:
    """Two sessions and a fork in a repository that has the lines of one of them, and a Codex session."""
    repo = make_repo(home / "repo")
    place, code = str(repo.directory), "def run(left):\n    return compute(left)\n"
    parent = ClaudeSession("11111111-1111-4111-8111-111111111111", cwd=place)
    parent.prompt("please").say("on it").edit(f"{place}/a.py", "old", code)
    parent.edit(f"{place}/b.py", "x", "y", status="rejected")
    fork = parent.fork("22222222-0000-4000-8000-000000000000")
    fork.prompt("TypeError: x is not a function").say("sorry", 50)
    other = ClaudeSession("33333333-1111-4111-8111-111111111111", cwd=place).prompt("hi").say("ho")
    codex = CodexSession("0197b001-1000-7000-8000-0000000000a1", cwd=place).prompt("add a file")
    codex.say("ok").patch(f"{place}/n.py", "one_value = compute(1)", "two_values = compute(2)")
    repo.change({"a.py": code, "n.py": "one_value = compute(1)\ntwo_values = compute(2)\n"})
    written = {"parent": parent, "fork": fork, "other": other, "codex": codex}
    files = {name: session.write(home) for name, session in written.items()}
    ingest(directory=place)
    return files


def _dump() -> tuple[object, ...]:
    notes = "SELECT byte_offset, reason FROM ingest_problem UNION ALL SELECT record_count, record_type FROM ingest_unknown_record"
    return dump_facts(), dump_events(), select(notes)


def test_the_facts_of_an_older_parser_do_not_stay(home: Path) -> None:
    _world(home)
    clean = _dump()
    _change(OLDER)
    assert _dump() != clean
    assert_consistent()

    ingest()

    assert _dump() == clean
    assert_consistent()
    assert ingest().file_count == 0


def test_a_run_that_was_ended_half_way_goes_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _world(home)
    clean = _dump()
    _change(OLDER)
    monkeypatch.setattr(outdated, "_LIMIT_ROWS", 2)
    with closing(db.open_writer()) as connection:
        ids = [row[0] for row in db.rows(connection, "SELECT id FROM ingest_cursor")]
        with IngestRun(connection).transaction():
            assert outdated.delete_some(connection, ids) > 0
    assert_consistent()

    ingest()

    assert _dump() == clean
    assert_consistent()


def test_what_a_file_does_not_hold_any_more_stays(home: Path) -> None:
    files = _world(home)
    clean = _dump()
    files["parent"].unlink()
    files["other"].write_bytes(files["other"].read_bytes()[:100])
    ingest()
    _change("UPDATE ingest_cursor SET parser_version = 0 WHERE provider <> 'git'")

    ingest()

    assert _dump()[:2] == clean[:2]
    # The next version, too, keeps what the shortened file once held, although it read that file to its end.
    files["other"].write_bytes(files["other"].read_bytes() + b"\n")
    ingest()
    _change("UPDATE ingest_cursor SET parser_version = 0 WHERE provider <> 'git'")
    ingest()
    assert _dump()[:2] == clean[:2]
    assert_consistent()


def test_a_file_that_comes_back_is_read_anew(home: Path) -> None:
    files = _world(home)
    clean = _dump()
    away = home / "away"
    shutil.move(files["parent"], away)
    ingest()
    _change(OLDER)
    ingest()
    assert _dump() != clean  # only the lost file has the right facts

    shutil.move(away, files["parent"])
    ingest()

    assert _dump() == clean
    assert_consistent()


def test_a_file_in_a_folder_that_is_looked_into_no_more_keeps_its_facts(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _world(home)
    before = dump_facts()
    _change("UPDATE ingest_cursor SET parser_version = 0 WHERE provider <> 'git'")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / "other"))
    monkeypatch.setenv("CODEX_HOME", str(home / "other"))

    ingest()

    assert dump_facts() == before


def test_an_unreadable_file_keeps_its_facts(home: Path) -> None:
    files = _world(home)
    _change("UPDATE ingest_cursor SET parser_version = 0 WHERE provider <> 'git'")
    before = dump_facts()
    target = home / "elsewhere"
    shutil.move(files["other"], target)
    files["other"].symlink_to(target)  # links are not followed

    ingest()

    assert dump_facts() == before
    assert paths.database().exists()
