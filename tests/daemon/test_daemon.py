"""The daemon as a real process: what it sees, what it answers, what a kill costs."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import pytest
import zstandard

from aea import control, paths
from aea.git import hook
from aea.git.spool import create_spool
from tests.scenarios.sessions import Author, Claude
from tests.support import daemons
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import make_repo
from tests.support.sessions import ClaudeSession, CodexSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _prompts() -> int:
    return int(
        select("SELECT coalesce(sum(user_turn_count), 0) AS n FROM event_session_quality")[0]["n"]
    )


def _commits() -> int:
    return int(select("SELECT count(*) AS n FROM event_commit_outcome")[0]["n"])


def _equals_a_clean_ingest(home: Path) -> None:
    after = dump_events()
    assert_consistent()
    os.environ["AEA_HOME"] = str(home / "clean")
    for root in home.glob("repo*"):
        ingest(directory=str(root))
    ingest()
    assert dump_events() == after


def _name(number: int) -> str:
    return f"{number:08d}-0000-4000-8000-000000000000"


def test_an_append_and_a_commit_are_in_the_next_answer(home: Path) -> None:
    path = ClaudeSession(_name(1)).prompt("hi").say("ho").write(home)
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x = 1\n"})
    with daemons.running():
        assert daemons.aea("stats", cwd=repo.directory).returncode == 0  # makes it known
        daemons.until(lambda: _commits() == 1)

        for number in range(5):
            more = ClaudeSession(_name(1)).prompt("hi").say("ho")
            for _ in range(number + 1):
                more.prompt("again")
            path.write_bytes(more.data())
            daemons.until(daemons.is_up_to_date)
            assert _prompts() == number + 2
            repo.change({"a.py": f"x = {number}\ny = 2\n"})
            answer = daemons.aea_when_done("stats", "--csv", cwd=repo.directory)
            assert answer.stderr == ""
            assert _commits() == number + 2
    _equals_a_clean_ingest(home)


def test_a_commit_is_attributed_in_the_next_answer(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.change({"README.md": "x\n"})
    author = Author("claude_code", _name(7))
    place = home / ".claude" / "projects" / "-repo" / f"{_name(7)}.jsonl"
    session = Claude(author, place)
    lines = ["def total(cart):", "\treturn sum(cart)"]
    with daemons.running():
        assert daemons.aea("stats", cwd=repo.directory).returncode == 0  # makes it known
        for number in range(3):
            before, lines = lines[:] if number else None, [*lines, f"value_{number} = {number}"]
            path = repo.directory / "cart.py"
            session.edit(str(path), before, lines, repo.clock + 30, str(repo.directory))
            sha = repo.change({"cart.py": "".join(f"{line}\n" for line in lines)})
            told = daemons.aea_when_done("show", sha, "--json", cwd=repo.directory).stdout
            files = json.loads(told)["files"]
            owners = {line["session_id"] for file in files for line in file["lines"]}
            assert owners == {_name(7)}
    _equals_a_clean_ingest(home)


def test_directories_that_appear_move_and_vanish(home: Path) -> None:
    with daemons.running():
        first = ClaudeSession(_name(1)).prompt("one").write(home)  # ~/.claude itself is new
        daemons.until(daemons.is_up_to_date)
        daemons.until(lambda: _prompts() == 1)

        outside = home / "elsewhere" / "deep" / "er"
        outside.mkdir(parents=True)
        (outside / f"{_name(2)}.jsonl").write_bytes(ClaudeSession(_name(2)).prompt("two").data())
        os.rename(home / "elsewhere", first.parent / "moved-in")
        daemons.until(lambda: _prompts() == 2)

        shutil.rmtree(home / ".claude")
        daemons.until(
            lambda: (
                select(
                    "SELECT min(is_missing) AS m FROM ingest_cursor WHERE provider = 'claude_code'"
                )[0]["m"]
                == 1
            )
        )
        ClaudeSession(_name(3)).prompt("three").write(home)
        daemons.until(lambda: _prompts() == 3)


def test_compressed_and_linked_sessions_arrive(home: Path) -> None:
    outside = home / "dotfiles"
    outside.mkdir()
    (home / ".claude" / "projects").mkdir(parents=True)
    (home / ".claude" / "projects" / "-linked").symlink_to(outside)
    session = CodexSession(f"0197b001-1000-7000-8000-{1:012d}").prompt("one")
    with daemons.running():
        path = session.write(home)
        daemons.until(lambda: _prompts() == 1)
        path.with_name(f"{path.name}.zst").write_bytes(zstandard.compress(path.read_bytes()))
        path.unlink()
        (outside / f"{_name(2)}.jsonl").write_bytes(ClaudeSession(_name(2)).prompt("two").data())
        daemons.until(daemons.is_up_to_date)
        assert _prompts() == 2
        path.with_name(f"{path.name}.zst").write_bytes(
            zstandard.compress(session.say("done").prompt("three").data())
        )
        daemons.until(daemons.is_up_to_date)
        assert _prompts() == 3
        assert select("SELECT sum(is_missing) AS m FROM ingest_cursor")[0]["m"] == 0
    _equals_a_clean_ingest(home)


def test_commits_without_a_hook_arrive(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x = 1\n"})
    ingest(directory=str(repo.directory))
    with daemons.running():
        for number in range(3):
            repo.change({"a.py": f"x = {number + 2}\n"})
            daemons.until(lambda: _commits() == number + 2)  # noqa: B023
        repo.git("commit", "-q", "--amend", "-m", "other")
        daemons.until(lambda: _commits() == 5)
        worktree = home / "tree"
        repo.git("worktree", "add", "-q", "-b", "side", str(worktree))
        repo.git("-C", str(worktree), "commit", "-q", "--allow-empty", "-m", "side")
        daemons.until(lambda: _commits() == 6)


def test_nonsense_on_the_socket_harms_nobody(home: Path) -> None:
    with daemons.running():
        for request in ("", "sync", "sync x", "sync -1 /", "what", "status\x00", "sync 1 \udcff"):
            assert control.request(request, 1) is not None
        daemons.until(daemons.is_up_to_date)


def test_an_upgraded_program_takes_over(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "installed"
    shutil.copytree(daemons.ROOT, copy, ignore=shutil.ignore_patterns(".*", "tests", "docs"))
    with daemons.running(PYTHONPATH=str(copy)) as process:
        package = copy / "aea" / "__init__.py"
        package.write_text(package.read_text() + "# newer\n")
        log = paths.daemon_log()
        daemons.until(lambda: log.read_text().count(" started, pid") == 2, 40)
        daemons.until(daemons.is_up_to_date)
        assert process.poll() is None
        assert control.read_holder() is not None
        ClaudeSession(_name(1)).prompt("hi").write(home)
        daemons.until(lambda: _prompts() == 1)


def test_a_hook_makes_a_new_repository_known(home: Path) -> None:
    with daemons.running():
        repo = make_repo(home / "repo")
        create_spool()
        hook.install(str(repo.directory))
        repo.change({"a.py": "x = 1\n"})
        daemons.until(lambda: _commits() == 1)


def test_kill_9_again_and_again_loses_and_doubles_nothing(home: Path) -> None:
    chance = random.Random(3)
    sessions = [ClaudeSession(_name(number)) for number in range(6)]
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x = 0\n"})
    ingest(directory=str(repo.directory))
    for turn in range(8):
        process = daemons.start()
        stop = time.monotonic() + chance.uniform(0.2, 0.8)
        while time.monotonic() < stop:
            session = chance.choice(sessions)
            session.prompt("more").say("ok", turn + 1).edit("/w/x.py", "a\nb", "a\nc").write(home)
            time.sleep(0.01)
        repo.change({"a.py": f"x = {turn + 1}\n"})
        process.kill()
        process.wait()
    with daemons.running():
        pass
    _equals_a_clean_ingest(home)


def test_a_stopped_daemon_delays_nobody_and_hides_nothing(home: Path) -> None:
    path = ClaudeSession(_name(1)).prompt("hi").write(home)
    with daemons.running() as process:
        process.send_signal(signal.SIGSTOP)
        path.write_bytes(ClaudeSession(_name(1)).prompt("hi").prompt("again").data())
        assert "Up to date" in daemons.aea_when_done("stats").stdout
        assert _prompts() == 2
        process.send_signal(signal.SIGCONT)
        daemons.until(daemons.is_up_to_date)
    assert_consistent()


def test_pause_leaves_the_work_to_the_commands(home: Path) -> None:
    path = ClaudeSession(_name(1)).prompt("hi").write(home)
    with daemons.running():
        assert daemons.aea("daemon", "pause").returncode == 0
        assert daemons.status()["state"] == "paused"
        path.write_bytes(ClaudeSession(_name(1)).prompt("hi").prompt("again").data())
        daemons.until(lambda: daemons.status()["pending_sessions"] == 1)  # told, and left alone
        assert _prompts() == 1
        assert "Up to date" in daemons.aea_when_done("stats").stdout
        assert _prompts() == 2
        assert daemons.aea("daemon", "resume").returncode == 0
        daemons.until(daemons.is_up_to_date)


def test_one_daemon_per_data_directory_and_a_clean_stop(home: Path) -> None:
    with daemons.running() as process:
        second = daemons.aea("daemon", "run")
        assert second.returncode == 1
        assert "is already running" in second.stderr
        found = control.read_holder()
        assert found is not None
        assert found.pid == process.pid
        assert stat.S_IMODE(os.stat(found.socket_path).st_mode) & 0o077 == 0
        assert daemons.aea("daemon", "stop").returncode == 0
        assert process.wait(60) == 0
    assert not os.path.exists(found.socket_path)
    assert control.request("status", 1) is None
    assert daemons.aea("daemon", "stop").returncode == 1


def test_a_long_path_to_the_data_leaves_no_directories_behind(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket has room for a hundred bytes: it is in the directory for temporary files then."""
    monkeypatch.setenv("AEA_HOME", str(home / ("long" * 30)))
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        monkeypatch.setenv("TMPDIR", short)
        for _ in range(2):
            with daemons.running():
                assert len(os.listdir(short)) == 1
        assert len(os.listdir(short)) == 1  # two were killed
        with daemons.running() as process:
            assert daemons.aea("daemon", "stop").returncode == 0
            assert process.wait(60) == 0
        assert os.listdir(short) == []


def test_a_deleted_database_is_made_anew_under_the_daemon(home: Path) -> None:
    path = ClaudeSession(_name(1)).prompt("hi").say("ho").write(home)
    with daemons.running():
        for file in paths.data_dir().glob("aea.db*"):
            file.unlink()
        path.write_bytes(ClaudeSession(_name(1)).prompt("hi").say("ho").prompt("again").data())
        daemons.until(lambda: paths.database().exists() and daemons.is_up_to_date())
        daemons.until(lambda: _prompts() == 2)
    _equals_a_clean_ingest(home)


def test_a_damaged_database_is_replaced_under_the_daemon(home: Path) -> None:
    path = ClaudeSession(_name(1)).prompt("hi").say("ho").write(home)
    gone = ClaudeSession(_name(2)).prompt("deleted later").write(home)
    ingest()  # takes a snapshot
    gone.unlink()
    with daemons.running():
        damage = bytes(range(256)) * 64
        with paths.database().open("r+b") as file:
            for place in range(4096, paths.database().stat().st_size - len(damage), 32_768):
                file.seek(place)
                file.write(damage)
        path.write_bytes(ClaudeSession(_name(1)).prompt("hi").say("ho").prompt("again").data())
        daemons.until(lambda: daemons.is_up_to_date() and not daemons.troubles(), 60)
        assert _prompts() == 3
    assert_consistent()


def test_an_unreadable_repository_stops_nothing_else(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x = 1\n"})
    ingest(directory=str(repo.directory))
    with daemons.running():
        (repo.directory / ".git" / "config").write_text("[broken\n")
        with (repo.directory / ".git" / "logs" / "HEAD").open("a") as log:
            log.write("\n")
        daemons.until(lambda: str(repo.directory) in daemons.troubles())
        ClaudeSession(_name(1)).prompt("hi").write(home)
        daemons.until(lambda: _prompts() == 1)


def test_a_torn_spool_costs_nothing(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.change({"a.py": "x = 1\n"})
    create_spool()
    with paths.spool().open("ab") as spool:
        spool.write(b"\0\0\n1\0post-com")
    with daemons.running():
        with paths.spool().open("ab") as spool:
            place = os.fsencode(repo.directory)
            spool.write(b"1\0post-commit\0" + place + b"\0\0\n" + b"1\0post-merge\0/ha")
        daemons.until(lambda: _commits() == 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB that holds the data directory."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this system mounts no tmpfs")
    os.environ["AEA_HOME"] = str(disk / "aea")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def _long_session(home: Path) -> None:
    session = ClaudeSession(_name(2))
    for number in range(2500):
        session.prompt("more").say("ok", number + 1)
    session.write(home)


def _is_in_trouble() -> bool:
    return bool({"database", "backlog"} & set(daemons.troubles()))


def test_a_full_disk_is_waited_for(home: Path, small_disk: Path) -> None:
    ClaudeSession(_name(1)).prompt("hi").write(home)
    with daemons.running():
        with contextlib.suppress(OSError):
            (small_disk / "filler").write_bytes(b"x" * 6_000_000)
        _long_session(home)
        daemons.until(_is_in_trouble)
        assert "Trouble" in daemons.aea("status").stdout
        (small_disk / "filler").unlink()
        daemons.until(lambda: not daemons.troubles() and daemons.is_up_to_date(), 60)
        assert _prompts() == 2501
    assert_consistent()


def test_a_read_only_disk_is_told_and_mended(home: Path, small_disk: Path) -> None:
    """Read-only before the start: a kernel refuses the remount while files are open for writing."""
    path = ClaudeSession(_name(1)).prompt("hi").write(home)
    ingest()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    path.write_bytes(ClaudeSession(_name(1)).prompt("hi").prompt("again").data())
    for command in (["daemon", "run"], ["ingest"]):
        done = daemons.aea(*command)
        assert done.returncode == 1
        assert "Read-only" in done.stderr or "readonly" in done.stderr
        assert "Try: " in done.stderr
    assert daemons.aea("status").returncode == 0
    assert daemons.aea("doctor").returncode == 1
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with daemons.running():
        assert _prompts() == 2
    assert_consistent()


def test_without_enough_watches_it_scans_and_says_so(home: Path) -> None:
    for number in range(60):
        place = home / ".claude" / "projects" / f"p{number}"
        place.mkdir(parents=True)
        (place / f"{_name(number)}.jsonl").write_bytes(
            ClaudeSession(_name(number)).prompt("one").data()
        )
    script = (
        f"echo 20 > /proc/sys/user/max_inotify_watches && exec {sys.executable} -m aea daemon run"
    )
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", script]
    process = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": str(daemons.ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        daemons.until(lambda: process.poll() is not None or daemons.is_up_to_date())
        if process.poll() is not None:
            pytest.skip("this kernel lowers no limit in a user namespace")
        assert "limit" in next(iter(daemons.status()["scanned_directories"].values()))
        assert "Scanned, not watched" in daemons.aea("status").stdout
        for number in range(60):
            place = home / ".claude" / "projects" / f"p{number}"
            session = ClaudeSession(_name(number)).prompt("one").prompt("two")
            (place / f"{_name(number)}.jsonl").write_bytes(session.data())
        daemons.until(daemons.is_up_to_date)
        assert _prompts() == 120
    finally:
        process.kill()
        process.wait()
    assert_consistent()
