"""A database that is missing or damaged is replaced; a sound or newer one is left alone."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from aea import clock, paths
from aea.errors import NewerError
from aea.git.spool import write_notice
from aea.ingest import catch_up
from aea.reports.stats import StatsRequest, build_report
from aea.store.engine import db, schema, sqlfiles
from aea.store.recovery import rescue, snapshots
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ingested(home: Path) -> Path:
    """A home with two sessions, a database and a snapshot of both."""
    for name in ("s1", "s2"):
        ClaudeSession(name).prompt("hi").say("ho").edit("/w/a.py", "1", "2").write(home)
    ingest()
    return home


def _session_file(home: Path, name: str) -> Path:
    return home / ".claude" / "projects" / "-w-repo" / f"{name}.jsonl"


def _aside(kind: str) -> list[str]:
    return [one.path.name for one in snapshots.list_replaced() if one.kind == kind]


def _write_over(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


def test_nothing_happens_to_a_sound_database(ingested: Path) -> None:
    before = paths.database().stat().st_ino
    paths.suspicion().touch()

    assert rescue.ensure_usable() == ""
    assert rescue.ensure_usable(is_suspected=True) == ""
    assert paths.database().stat().st_ino == before
    assert not paths.suspicion().exists()
    assert snapshots.list_replaced() == []


def test_a_first_start_is_no_rescue() -> None:
    paths.data_dir().mkdir()

    assert rescue.ensure_usable() == ""
    assert not paths.database().exists()


@pytest.mark.parametrize("content", [None, b""], ids=["missing", "empty"])
def test_a_missing_database_is_filled_from_the_snapshot(
    ingested: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dump_events()
    _session_file(ingested, "s1").unlink()
    os.unlink(paths.database())
    if content is not None:
        paths.database().write_bytes(content)
    paths.database().with_name("aea.db-wal").write_bytes(b"of a database that is gone")
    ingest()

    assert dump_events() == before
    assert_consistent()
    assert capsys.readouterr().err.startswith("Note: The database was missing: the snapshot snap")
    assert stat.S_IMODE(paths.database().stat().st_mode) == 0o600


def test_a_damaged_database_is_kept_aside_and_only_the_last_one(ingested: Path) -> None:
    before = dump_events()
    for _ in range(2):
        paths.database().write_bytes(b"no database" * 1000)
        ingest()
        assert dump_events() == before

    (name,) = _aside("damaged")
    assert (paths.backups() / name).read_bytes().startswith(b"no database")
    assert_consistent()


def test_damage_inside_is_found_when_somebody_met_it(
    ingested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dump_events()
    pages = select("SELECT rootpage FROM sqlite_schema WHERE name = 'event_session_usage'")
    _write_over(paths.database(), (pages[0]["rootpage"] - 1) * 4096, b"\xff" * 4096)
    ingest()
    assert _aside("damaged") == []  # nobody looked there
    with pytest.raises(db.DAMAGE) as caught:
        dump_events()
    assert db.explain(caught.value) is not None
    ingest()

    assert dump_events() == before
    assert len(_aside("damaged")) == 1
    assert "was put in its place; the damaged one is kept as" in capsys.readouterr().err


def test_damage_met_in_the_middle_is_repaired_in_the_same_run(ingested: Path) -> None:
    pages = select("SELECT rootpage FROM sqlite_schema WHERE name = 'fact_session_message'")
    _write_over(paths.database(), (pages[0]["rootpage"] - 1) * 4096, b"\xff" * 4096)
    ClaudeSession("s3").prompt("more").say("yes").write(ingested)
    outcome = ingest()

    assert outcome.is_complete()
    assert len(_aside("damaged")) == 1
    assert_consistent()
    assert len(select("SELECT * FROM metadata_sessions")) == 3


def test_the_daily_snapshot_finds_damage_that_nobody_met(
    ingested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump_events()
    pages = select("SELECT rootpage FROM sqlite_schema WHERE name = 'event_session_usage'")
    _write_over(paths.database(), (pages[0]["rootpage"] - 1) * 4096, b"\xff" * 4096)
    ClaudeSession("s1").prompt("hi").say("ho").write(ingested)  # the same again, but a new file
    later = clock.now_ms() + snapshots.DAY_MS
    monkeypatch.setattr(clock, "now_ms", lambda: later)
    ingest()

    assert dump_events() == before
    assert len(_aside("damaged")) == 1


def test_a_newer_database_is_neither_damaged_nor_touched(ingested: Path) -> None:
    connection = db.open_writer()
    connection.pragma("user_version", 999)
    connection.close()
    before = paths.database().read_bytes()
    paths.suspicion().touch()

    with pytest.raises(NewerError):
        ingest()
    assert rescue.ensure_usable(is_suspected=True) == ""
    assert paths.database().read_bytes() == before


def test_a_snapshot_of_a_newer_aea_stops_rather_than_loses(ingested: Path) -> None:
    (one,) = snapshots.list_snapshots(2**60)
    connection = db.open_writer(one.path)
    connection.pragma("user_version", 999)
    connection.pragma("journal_mode", "delete")
    connection.close()
    os.unlink(paths.database())

    with pytest.raises(NewerError, match="newer aea"):
        ingest()
    assert one.path.exists()


def test_a_damaged_snapshot_is_passed_over_and_removed(ingested: Path) -> None:
    before = dump_events()
    (good,) = snapshots.list_snapshots(2**60)
    bad = snapshots.path_for("snapshot", good.made_at + 1)
    bad.write_bytes(good.path.read_bytes()[: -4096 * 3])
    foreign = snapshots.path_for("snapshot", good.made_at + 2)
    db.open_writer(foreign).close()
    os.unlink(paths.database())
    ingest()

    assert dump_events() == before
    assert not bad.exists()
    assert foreign.exists()


def test_without_any_snapshot_everything_is_read_again(
    ingested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dump_events()
    for one in snapshots.list_snapshots(2**60):
        one.path.unlink()
    paths.database().write_bytes(b"no database" * 1000)
    ingest()

    assert dump_events() == before
    assert "no snapshot could be used: everything is read again" in capsys.readouterr().err


def test_a_snapshot_of_an_older_schema_is_migrated(
    ingested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped, latest = sqlfiles.list_layer, sqlfiles.count_migrations()
    extra = sqlfiles.SqlFile("migrations", "9999_x", "CREATE TABLE fact_x (id INTEGER) STRICT;")
    before = dump_events()
    os.unlink(paths.database())
    monkeypatch.setattr(
        sqlfiles, "list_layer", lambda name: shipped(name) + [extra] * (name == "migrations")
    )
    monkeypatch.setattr(sqlfiles, "count_migrations", lambda: latest + 1)
    ingest()

    assert dump_events() == before
    connection = db.open_reader()
    assert schema.is_current(connection)
    assert connection.execute("SELECT count(*) FROM fact_x").get == 0
    connection.close()


def test_waiting_notices_are_read_again(ingested: Path) -> None:
    write_notice(str(ingested))
    ingest()
    snapshots.take(clock.now_ms())
    os.unlink(paths.database())
    rescue.ensure_usable()

    (row,) = select("SELECT byte_offset FROM ingest_cursor WHERE provider = 'spool'")
    assert row["byte_offset"] == 0
    ingest()
    assert_consistent()


def test_a_kill_between_the_steps_is_mended_by_the_next_run(
    ingested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump_events()
    steps = ("write_note", "move_replaced"), ("path_for",), ("write_part", "publish", "discard")
    for module, names in zip((snapshots, snapshots, rescue.db_copy), steps, strict=True):
        for name in names:
            for is_after in (False, True):
                paths.database().write_bytes(b"no database" * 1000)
                with monkeypatch.context() as patch:
                    _kill_at(patch, module, name, is_after=is_after)
                    with pytest.raises(KeyboardInterrupt):
                        ingest()
                ingest()
                assert dump_events() == before, (name, is_after)
                assert_consistent()


def _kill_at(patch: pytest.MonkeyPatch, module: object, name: str, *, is_after: bool) -> None:
    real = getattr(module, name)

    def kill(*arguments: object) -> None:
        if is_after:
            real(*arguments)
        raise KeyboardInterrupt

    patch.setattr(module, name, kill)


def test_stats_recovers_in_the_same_call(
    ingested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = build_report(StatsRequest(all_projects=True))._replace(outcome=catch_up.NOTHING_NEW)
    for offset in (0, 4096):
        size = paths.database().stat().st_size
        _write_over(paths.database(), offset, b"\xff" * (size - offset))
        found = build_report(StatsRequest(all_projects=True))
        assert found._replace(outcome=catch_up.NOTHING_NEW) == expected
        assert capsys.readouterr().err.count("Note: The database was damaged") == 1
