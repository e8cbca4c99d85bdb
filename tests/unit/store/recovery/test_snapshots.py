"""When a snapshot is taken, which are kept, what they may cost."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from aea import paths
from aea.errors import DamagedError, StoreError
from aea.store.engine import db, sqlfiles
from aea.store.recovery import db_copy, snapshots
from aea.store.recovery.snapshots import DAY_MS, HOUR_MS
from tests.support.database import ingest
from tests.support.sessions import ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_795_000_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The time, to be set: clock[0]."""
    now = [NOW]
    monkeypatch.setattr("aea.clock.now_ms", lambda: now[0])
    return now


def _read_more(home: Path, name: str = "s1") -> Path:
    path = ClaudeSession(name).prompt("hi").say("ho").write(home)
    ingest()
    return path


def _ages(now: int) -> list[float]:
    return [(now - one.made_at) / DAY_MS for one in snapshots.list_snapshots(now)]


def _take_if_due(now: int) -> bool:
    connection = db.open_writer()
    try:
        return snapshots.take_if_due(connection, now) is not None
    finally:
        connection.close()


def _make(made_at: int, kind: str = "snapshot", size: int = 10) -> Path:
    path = snapshots.make_folder() / f"{kind}-{made_at}.db"
    path.write_bytes(b"x" * size)
    return path


def test_the_first_ingest_takes_one_that_is_private_and_one_file(home: Path) -> None:
    _read_more(home)

    (one,) = paths.backups().iterdir()
    assert stat.S_IMODE(paths.backups().stat().st_mode) == 0o700
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert db_copy.verify(one) == sqlfiles.count_migrations()
    assert one.read_bytes()[18:20] == b"\x01\x01"  # no log: it can be read from anywhere


def test_a_day_must_pass_and_something_must_be_read(home: Path, clock: list[int]) -> None:
    _read_more(home)
    clock[0] += DAY_MS - 1
    _read_more(home, "s2")
    assert len(_ages(clock[0])) == 1
    clock[0] += 1
    ingest()
    assert _ages(clock[0]) == [0, 1]
    clock[0] += 5 * DAY_MS
    ingest()
    assert _ages(clock[0]) == [5, 6]


def test_what_only_the_database_holds_makes_one_due_within_the_hour(
    home: Path, clock: list[int]
) -> None:
    _read_more(home)
    clock[0] += 1000
    path = _read_more(home, "s2")
    path.unlink()
    ingest()
    clock[0] += HOUR_MS
    ingest()
    assert len(_ages(clock[0])) == 2
    clock[0] += HOUR_MS
    ingest()
    assert len(_ages(clock[0])) == 2


def test_a_year_of_days_keeps_three_and_the_oldest_is_older_than_a_week() -> None:
    for day in range(1, 400):
        now = NOW + day * DAY_MS
        _make(now)
        snapshots.prune(now, 1000)
        ages = _ages(now)
        assert len(ages) == min(day, 3)
        assert ages[0] == 0
        assert ages[-1] <= 15
        if day > 8:
            assert ages[-1] >= 7


def test_many_in_one_day_do_not_drive_out_the_old_ones() -> None:
    old = [_make(NOW - 9 * DAY_MS), _make(NOW - 3 * DAY_MS)]
    for minute in range(20):
        newest = _make(NOW + minute * 60_000)
        snapshots.prune(NOW + minute * 60_000, 1000)

    assert set(paths.backups().iterdir()) == {*old, newest}


def test_all_together_hold_four_times_the_database_at_most_and_one_stays() -> None:
    _make(NOW - 9 * DAY_MS, size=3000)
    _make(NOW - 3 * DAY_MS, "schema-1", size=2000)
    _make(NOW, size=900)
    snapshots.prune(NOW, 1000)
    assert [one.byte_size for one in snapshots.list_snapshots(NOW)] == [900, 3000]
    _make(NOW + 1, size=9000)
    snapshots.prune(NOW + 1, 10)
    assert len(snapshots.list_snapshots(NOW + 1)) == 3
    _make(NOW + 2, size=5)
    snapshots.prune(NOW + 2, 10)
    assert [one.byte_size for one in snapshots.list_snapshots(NOW + 2)] == [5]


def test_what_was_set_aside_goes_after_a_month() -> None:
    kept, gone = _make(NOW, "replaced"), _make(NOW - 31 * DAY_MS, "damaged")
    snapshots.prune(NOW, 1)

    assert kept.exists()
    assert not gone.exists()


def test_the_clock_was_set_back(home: Path, clock: list[int]) -> None:
    _read_more(home)
    clock[0] -= 100 * DAY_MS
    _read_more(home, "s2")
    assert [age for age in _ages(clock[0]) if age >= 0] == [0]
    assert snapshots.list_snapshots(clock[0])[0].made_at == clock[0]
    for day in range(5):
        clock[0] += DAY_MS
        _read_more(home, f"d{day}")
        assert snapshots.list_snapshots(clock[0])[0].made_at == clock[0]
    assert len(_ages(clock[0])) == 3


def test_half_written_ones_go_at_the_next_turn(home: Path) -> None:
    _read_more(home)
    part = paths.backups() / "snapshot-1.db.part"
    for name in (part, part.with_name(part.name + "-journal")):
        name.write_bytes(b"half")
    ingest()

    assert [db_copy.PART in name for name in os.listdir(paths.backups())] == [False]


def test_none_is_taken_where_the_disk_would_get_full(
    home: Path, monkeypatch: pytest.MonkeyPatch, clock: list[int]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(db_copy, "free_bytes", lambda _: db_copy.RESERVE_BYTES)
        _read_more(home)
        assert _ages(clock[0]) == []
        patch.setattr(db_copy, "byte_size", lambda _: 10**9)
        with pytest.raises(StoreError, match=r"has 67\.1 MB left") as caught:
            snapshots.take(NOW)
        assert "free some disk space" in caught.value.hint

    assert not _take_if_due(NOW + HOUR_MS - 1)  # not tried again at every turn
    assert _take_if_due(NOW + HOUR_MS)


def test_a_disk_that_fails_in_the_middle_costs_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(db_copy, "_sync", fail)
        _read_more(home)

    assert snapshots.list_snapshots(NOW) == []
    assert [db_copy.PART in name for name in os.listdir(paths.backups())] == [False]


def test_a_damaged_database_is_never_made_a_snapshot(home: Path) -> None:
    _read_more(home)
    connection = db.open_writer()
    db.checkpoint(connection)
    size = db_copy.byte_size(connection)
    connection.close()
    with paths.database().open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 4))

    with pytest.raises(DamagedError, match="database is damaged"):
        snapshots.take(NOW)

    assert len(snapshots.list_snapshots(NOW)) == 1
    assert paths.suspicion().exists()


def test_a_folder_that_cannot_be_used_does_not_stop_ingest(home: Path) -> None:
    paths.data_dir().mkdir()
    paths.backups().write_bytes(b"a file")

    assert _read_more(home).exists()
