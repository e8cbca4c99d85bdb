"""`aea backup` and `aea restore` as a person types them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from aea import paths
from aea.cli.main import run
from aea.errors import AeaError, DamagedError, NewerError, StoreError, UsageError
from aea.store.engine import db, sqlfiles
from aea.store.recovery import db_copy, snapshots
from tests.support.database import assert_consistent, dump_events, ingest
from tests.support.sessions import ClaudeSession

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ingested(home: Path) -> Path:
    ClaudeSession("s1").prompt("hi").say("ho").edit("/w/a.py", "1", "2").write(home)
    ingest()
    return home


def _aea(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "aea", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def _snapshots() -> list[Path]:
    return [one.path for one in snapshots.list_snapshots(2**60)]


def test_a_snapshot_now_and_the_list(ingested: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup"]) == 0
    assert f" MB to {_snapshots()[0]}" in capsys.readouterr().out
    assert run(["backup", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["File", *map(str, _snapshots())]
    assert run(["backup", "--list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["path"] for row in rows] == list(map(str, _snapshots()))
    assert rows[0]["kind"] == "snapshot"
    assert rows[0]["made_at"].endswith("Z")
    assert rows[0]["byte_size"] == _snapshots()[0].stat().st_size


def test_no_snapshot_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backup", "--list"]) == 0
    assert "Try: aea backup" in capsys.readouterr().out
    with pytest.raises(StoreError, match="no database") as caught:
        run(["backup"])
    assert caught.value.hint == "aea ingest"
    with pytest.raises(AeaError, match="no snapshot"):
        run(["restore", "--yes"])


def test_a_copy_in_a_file_is_whole_and_private(
    ingested: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "my copies" / "of aea.db"
    target.parent.mkdir()
    assert run(["backup", str(target), "--json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told == {"path": str(target), "byte_size": target.stat().st_size}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert db_copy.verify(target) == sqlfiles.count_migrations()
    assert os.listdir(target.parent) == [target.name]


def test_a_file_that_is_there_is_kept_unless_forced(ingested: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_bytes(b"mine")
    with pytest.raises(AeaError, match="is there already"):
        run(["backup", str(target)])
    assert target.read_bytes() == b"mine"

    assert run(["backup", str(target), "--force"]) == 0
    assert db_copy.verify(target) == sqlfiles.count_migrations()


def test_a_link_stays_and_leads_to_the_copy(ingested: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "copy.db", tmp_path / "latest.db"
    target.write_bytes(b"mine")
    link.symlink_to(target)

    assert run(["backup", str(link), "--force"]) == 0

    assert link.is_symlink()
    assert db_copy.verify(target) == sqlfiles.count_migrations()


def test_a_device_is_never_replaced(ingested: Path, tmp_path: Path) -> None:
    device, link = tmp_path / "null", tmp_path / "link"
    os.mkfifo(device)
    link.symlink_to(device)
    for place in (device, link):
        with pytest.raises(UsageError, match="is not a regular file"):
            run(["backup", "--force", str(place)])
    assert stat.S_ISFIFO(device.lstat().st_mode)
    assert sorted(os.listdir(tmp_path)) == ["home", "link", "null"]


def test_places_where_no_copy_can_be(ingested: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(paths.database())
    for place, message in (
        (paths.database(), "is the database itself"),
        (Path(f"{paths.database()}-wal"), "is the database itself"),
        (link, "is the database itself"),
        (tmp_path, "is a directory"),
        (tmp_path / "no" / "copy.db", "there is no directory"),
    ):
        with pytest.raises(UsageError, match=message):
            run(["backup", "--force", str(place)])
    if Path("/proc").exists():
        with pytest.raises(AeaError, match="cannot be written"):
            run(["backup", "/proc/copy.db"])
    assert_consistent()


@pytest.mark.parametrize("arguments", [("--list", "x"), ("--force",), ("--list", "--force")])
def test_options_that_contradict(arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(["backup", *arguments])


def test_a_copy_on_another_file_system_while_others_write(ingested: Path, home: Path) -> None:
    shm = Path("/dev/shm")
    if not shm.is_dir() or shm.stat().st_dev == home.stat().st_dev:
        pytest.skip("no second file system here")
    target = shm / f"aea-test-{os.getpid()}.db"
    try:
        writer = db.open_writer()
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE metadata_sessions SET client_version = 'not yet'")
        assert _aea("backup", str(target)).returncode == 0
        writer.execute("COMMIT")
        writer.close()
        reader = db_copy.open_immutable(target)
        versions = reader.execute(
            "SELECT DISTINCT client_version FROM metadata_sessions"
        ).fetchall()
        reader.close()
        assert versions == [("2.1.42",)]
    finally:
        target.unlink(missing_ok=True)


def test_restore_puts_the_newest_back_and_keeps_what_was(ingested: Path) -> None:
    clean = dump_events()
    ClaudeSession("s2").prompt("hi").say("ho").write(ingested)
    ingest()
    after = dump_events()
    assert run(["restore", "--yes"]) == 0

    assert dump_events() == clean
    (aside,) = snapshots.list_replaced()
    assert aside.kind == "replaced"
    ingest()
    assert dump_events() == after
    assert_consistent()
    assert run(["restore", "--yes", str(aside.path)]) == 0  # and back
    assert dump_events() == after


def test_restore_asks(ingested: Path) -> None:
    done = _aea("restore", given="y\n")
    assert done.returncode == 2
    assert "Try: aea restore --yes" in done.stderr
    assert snapshots.list_replaced() == []

    done = _aea("restore", "--yes")
    assert done.returncode == 0, done.stderr
    assert f"The database is now {_snapshots()[0]}. The one before it is kept as " in done.stdout
    assert "The next aea ingest, or the daemon" in done.stdout


def test_restore_takes_what_is_sound_ours_and_not_newer(ingested: Path, tmp_path: Path) -> None:
    before = dump_events()
    garbage, cut, foreign, newer = (tmp_path / name for name in ("g.db", "c.db", "f.db", "n.db"))
    garbage.write_bytes(b"no database" * 1000)
    cut.write_bytes(_snapshots()[0].read_bytes()[:-8192])
    db.open_writer(foreign).execute("CREATE TABLE theirs (x)").close()
    newer.write_bytes(_snapshots()[0].read_bytes())
    connection = db.open_writer(newer)
    connection.pragma("user_version", 99)
    connection.close()
    for path, error, message in (
        (garbage, DamagedError, "is damaged"),
        (cut, DamagedError, "is damaged"),
        (foreign, StoreError, "is not an aea database"),
        (newer, NewerError, "written by a newer aea"),
        (tmp_path / "none.db", UsageError, "there is no file"),
        (paths.database(), UsageError, "is the database itself"),
        (tmp_path, UsageError, "there is no file"),
    ):
        with pytest.raises(error, match=message):
            run(["restore", "--yes", str(path)])

    assert dump_events() == before
    assert snapshots.list_replaced() == []


def test_restore_where_the_database_is_gone_or_damaged(ingested: Path) -> None:
    before = dump_events()
    os.unlink(paths.database())
    assert run(["restore", "--yes"]) == 0
    assert dump_events() == before
    assert snapshots.list_replaced() == []

    paths.database().write_bytes(b"no database" * 1000)
    assert run(["restore", "--yes"]) == 0
    assert dump_events() == before
    assert_consistent()


def test_a_damaged_database_says_what_to_type(ingested: Path) -> None:
    paths.database().write_bytes(b"no database" * 1000)
    for arguments in (
        ("session",),
        ("check",),
        ("sql", "SELECT * FROM event_session_usage"),
        ("backup",),
    ):
        done = _aea(*arguments)
        if done.returncode:
            assert done.returncode == 1
            assert "Try: aea ingest" in done.stderr, arguments
            assert _aea("ingest").returncode == 0
        assert _aea(*arguments).returncode == 0
        paths.database().write_bytes(b"no database" * 1000)
