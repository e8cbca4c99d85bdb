"""A database that is damaged, cut, replaced or deleted, with real processes: the numbers come back."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aea import paths
from aea.store.recovery import snapshots
from tests.support.database import dump_events, ingest
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
PAGE = 4096


@pytest.fixture
def expected(home: Path) -> dict[str, list[dict[str, object]]]:
    """The events of a history: a snapshot, then more was read, and of the old two files are gone."""
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x\n"})
    gone = [_session(home, f"gone{number}") for number in range(2)]
    for number in range(12):
        _session(home, f"old{number}")
    CodexSession("0199-old", cwd=str(home / "repo")).prompt("go").say("yes").write(home)
    ingest(directory=str(home / "repo"))
    for number in range(4):
        _session(home, f"new{number}")
    repo.change({"a.py": "y\n"})
    for path in gone:
        path.unlink()
    ingest(directory=str(home / "repo"))
    return dump_events()


def _session(home: Path, name: str) -> Path:
    session = ClaudeSession(name, cwd=str(home / "repo"))
    for turn in range(12):
        session.prompt("again").say("ok", turn).edit(str(home / "repo" / "a.py"), "a\nb", "a\nc")
    return session.write(home)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "aea", *arguments]


def _aea(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _command(*arguments),
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def _start(script: str) -> subprocess.Popen[str]:
    """A process of ours that says `here` on its output when it is where a test wants it."""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    while process.stdout.readline() not in ("here\n", ""):
        pass
    return process


def _kill(process: subprocess.Popen[str]) -> None:
    assert process.poll() is None, "it ended before it was where it should be killed"
    process.kill()
    process.communicate()


def _assert_mended(expected: object) -> None:
    """As a person would: ingest, check, and once more what check says."""
    assert _aea("ingest").returncode == 0
    checked = _aea("check")
    if checked.returncode:
        assert "Try: aea ingest" in checked.stderr
        assert _aea("ingest").returncode == 0
        checked = _aea("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert dump_events() == expected


def _stored() -> list[Path]:
    return [one.path for one in snapshots.list_snapshots(2**60)]


def _pages(file: Path, seed: int) -> None:
    chance = random.Random(seed)
    with file.open("r+b") as opened:
        for _ in range(6):
            opened.seek(chance.randrange(file.stat().st_size // PAGE) * PAGE)
            opened.write(chance.randbytes(PAGE))


def _bytes(file: Path, seed: int) -> None:
    chance = random.Random(seed)
    with file.open("r+b") as opened:
        for _ in range(60):
            opened.seek(chance.randrange(file.stat().st_size // PAGE) * PAGE)
            opened.write(chance.randbytes(12))  # the head of a page: what it says of its cells


def _swap(file: Path, seed: int) -> None:
    """Two pages that a disk wrote to each other's place."""
    data = bytearray(file.read_bytes())
    one, other = (
        page * PAGE for page in random.Random(seed).sample(range(1, len(data) // PAGE), 2)
    )
    data[one : one + PAGE], data[other : other + PAGE] = (
        data[other : other + PAGE],
        data[one : one + PAGE],
    )
    file.write_bytes(data)


def _cut(file: Path, seed: int) -> None:
    os.truncate(file, random.Random(seed).randrange(file.stat().st_size))


def _garbage(file: Path, seed: int) -> None:
    file.write_bytes(random.Random(seed).randbytes(50_000))


def _delete(file: Path, seed: int) -> None:
    for name in (f"{file}", f"{file}-wal", f"{file}-shm")[: 1 + seed]:
        Path(name).unlink(missing_ok=True)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("harm", [_pages, _bytes, _swap, _cut, _garbage, _delete])
def test_whatever_happens_to_the_file(
    harm: Callable[[Path, int], None], seed: int, expected: object
) -> None:
    harm(paths.database(), seed)

    _assert_mended(expected)


@pytest.mark.parametrize("harm", [_cut, _garbage, _delete])
def test_the_plain_report_mends_it_and_says_so(
    harm: Callable[[Path, int], None], expected: object
) -> None:
    before = _aea("stats", "--csv").stdout
    harm(paths.database(), 1)
    done = _aea("stats", "--csv")

    assert done.returncode == 0
    assert done.stdout == before
    assert done.stderr.startswith("Note: The database was ")
    _assert_mended(expected)


@pytest.mark.parametrize("harm", [_cut, _garbage, _delete])
def test_without_a_snapshot_what_sources_hold_comes_back(
    harm: Callable[[Path, int], None], expected: object, home: Path
) -> None:
    shutil.rmtree(paths.backups())
    harm(paths.database(), 1)
    _aea("ingest", str(home / "repo"))
    assert _aea("check").returncode == 0
    found = dump_events()

    os.environ["AEA_HOME"] = str(home / "clean")
    ingest(directory=str(home / "repo"))
    assert dump_events() == found
    assert found != expected  # two files are gone, and no copy of them was left


def test_a_damaged_snapshot_leaves_the_older_one(expected: object) -> None:
    time.sleep(0.002)
    assert _aea("backup").returncode == 0
    newest, _ = _stored()
    _pages(newest, 3)
    _garbage(paths.database(), 1)

    _assert_mended(expected)
    assert not newest.exists()


def test_the_log_is_removed_after_a_kill(expected: object, home: Path) -> None:
    script = "import os\nfrom aea.ingest import catch_up\nfrom aea.store.engine import db\n"
    script += "db.checkpoint = lambda _: (print('here', flush=True), input())\n"
    script += "catch_up.catch_up()\n"
    for number in range(3):
        _session(home, f"later{number}")
    _kill(_start(script))
    log = Path(f"{paths.database()}-wal")
    assert log.stat().st_size > 0
    log.unlink()

    assert _aea("ingest").returncode == 0
    assert _aea("check").returncode == 0
    after = dump_events()
    assert all(row in after[name] for name, rows in expected.items() for row in rows[:5])  # type: ignore[attr-defined]
    os.environ["AEA_HOME"] = str(home / "clean")
    ingest(directory=str(home / "repo"))
    names = {row["session_id"] for row in dump_events()["event_session_activity"]}
    assert names | {"gone0", "gone1"} == {
        row["session_id"] for row in after["event_session_activity"]
    }


def test_a_kill_in_the_middle_of_a_snapshot(expected: object) -> None:
    script = (
        "import os, sys\nfrom aea.store.recovery import db_copy\nfrom aea.cli.main import run\n"
    )
    script += "db_copy._sync = lambda _: (print('here', flush=True), input())\n"
    script += "run(['backup'])\n"
    before = set(_stored())
    _kill(_start(script))
    assert [name for name in os.listdir(paths.backups()) if name.endswith(".part")]

    _assert_mended(expected)
    assert set(_stored()) == before
    assert not [name for name in os.listdir(paths.backups()) if ".part" in name]


@pytest.mark.parametrize(
    "step", ["db_copy.write_part", "snapshots.move_replaced", "db_copy.publish", "os.rename"]
)
@pytest.mark.parametrize("command", ["ingest", "restore"])
def test_a_kill_in_the_middle_of_a_restore(step: str, command: str, expected: object) -> None:
    arguments = ["restore", "--yes"] if command == "restore" else ["ingest"]
    script = f"import os\nfrom aea.store.recovery import db_copy, snapshots\nreal = {step}\n"
    script += "def stop(*given):\n"
    script += "    done = real(*given)\n    print('here', flush=True)\n    input()\n"
    script += f"{step} = stop\nfrom aea.cli.main import run\nrun({arguments})\n"
    if command == "ingest":
        _garbage(paths.database(), 2)
    _kill(_start(script))

    _assert_mended(expected)


def test_kills_at_any_time_while_it_is_mended(expected: object) -> None:
    chance = random.Random(5)
    killed = 0
    for round_ in range(8):
        _cut(paths.database(), round_) if paths.database().exists() else None
        process = subprocess.Popen(
            _command("ingest", "--quiet"),
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.05, 0.3))
        killed += process.poll() is None
        process.kill()
        process.wait()

    _assert_mended(expected)
    assert killed > 0


@pytest.mark.parametrize("harm", [_pages, _delete])
def test_a_process_that_has_the_old_file_open_does_no_harm(
    harm: Callable[[Path, int], None], expected: object
) -> None:
    script = "from aea.store.engine import db\nopened = db.open_writer()\n"
    script += "opened.execute('SELECT count(*) FROM metadata_sessions').fetchall()\n"
    script += "print('here', flush=True)\ninput()\n"
    script += "opened.execute('CREATE TABLE lost (x)')\nopened.close()\n"
    holder = _start(script)
    harm(paths.database(), 0)
    paths.suspicion().touch()
    assert "Note: The database was " in _aea("ingest").stderr
    reader = _start(script.replace("CREATE TABLE lost (x)", "SELECT 1"))
    holder.communicate("\n")
    reader.communicate("\n")

    _assert_mended(expected)
    assert "Note: The database was " not in _aea("ingest").stderr


def test_two_that_meet_the_damage_at_once(expected: object) -> None:
    _garbage(paths.database(), 4)
    both = [
        subprocess.Popen(
            _command("ingest"), env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE
        )
        for _ in range(2)
    ]
    told = [process.communicate()[1] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert b"".join(told).count(b"Note: The database was damaged") == 1
    _assert_mended(expected)


def test_the_disk_is_full_in_the_middle_of_a_snapshot(expected: object) -> None:
    shutil.rmtree(paths.backups())
    limit = paths.database().stat().st_size // 2
    for arguments, code in ((("ingest",), 0), (("backup",), 1)):
        done = subprocess.run(
            _command(*arguments),
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert _stored() == []
        assert not [name for name in os.listdir(paths.backups()) if ".part" in name]
    assert "check disk space" in done.stderr

    assert _aea("backup").returncode == 0
    _garbage(paths.database(), 1)
    _assert_mended(expected)


def test_a_small_disk_gets_no_snapshot_and_is_never_filled(expected: object, home: Path) -> None:
    own = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-rm"]
    if subprocess.run([*own, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespace here")
    size = paths.database().stat().st_size
    shutil.rmtree(paths.backups())
    place = home / "small"
    place.mkdir()
    script = f"""
set -e
mount -t tmpfs -o size={int(size * 1.5)} tmpfs '{place}'
{sys.executable} -m aea backup '{place}/one.db'
{sys.executable} -m aea backup '{place}/two.db' && exit 9
ls -A '{place}'
cp '{paths.database()}' '{place}/one.db'
mv '{place}/one.db' '{place}/aea.db'
export AEA_HOME='{place}'
{sys.executable} -m aea ingest
{sys.executable} -m aea backup && exit 9
{sys.executable} -m aea check
ls -A '{place}/backups'
"""
    done = subprocess.run(
        [*own, "sh", "-c", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "two.db cannot be written: database or disk is full" in done.stderr
    assert "the disk has" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[1:3] == ["one.db", "Nothing new."]
    assert lines[-1] in ("tried", "No differences: all stored numbers follow from the facts.")
