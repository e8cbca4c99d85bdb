"""`aea uninstall` takes back everything, whatever state it is in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from aea import paths
from aea.git import hook
from aea.service import systemd
from tests.support import daemons
from tests.support.daemons import ROOT, aea
from tests.support.database import ingest
from tests.support.repos import Repo, make_repo
from tests.support.sessions import ClaudeSession

OWN = b"#!/bin/sh\necho mine\n"
HOOKS = ".git/hooks/post-commit"


def picture(*directories: Path) -> dict[str, bytes]:
    """Every file with its bytes, but for git's own records."""
    return {
        str(path): path.read_bytes()
        for directory in directories
        for path in sorted(directory.rglob("*"))
        if path.is_file() and "/.git/" not in str(path).replace("/.git/hooks/", "")
    }


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


class Machine:
    """Two repositories with a person's own hooks, and everything of aea."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.repos = [make_repo(home / f"repo{number}") for number in (1, 2)]
        for repo in self.repos:
            repo.change({"a.py": "x = 1\n"})
            put(repo.directory / HOOKS, OWN)
        ClaudeSession("s1").prompt("hi").say("ho").write(home)
        self.before = picture(home)

    def install(self) -> None:
        for repo in self.repos:
            assert aea("install-hooks", str(repo.directory)).returncode == 0
        ingest()
        legacy = self.repos[1].directory / HOOKS
        legacy.rename(f"{legacy}.legacy")
        put(legacy, b'#!/bin/sh\n"$0.legacy"\n')
        completion = ROOT / "packaging/completions/aea.bash"
        target = self.home / ".local/share/bash-completion/completions/aea"
        target.parent.mkdir(parents=True)
        shutil.copy(completion, target)

    def expected(self) -> dict[str, bytes]:
        """All files as before, and what the hook manager wrote."""
        legacy = str(self.repos[1].directory / HOOKS)
        managed = {legacy: b'#!/bin/sh\n"$0.legacy"\n', f"{legacy}.legacy": OWN}
        return self.before | managed


@pytest.fixture
def machine(home: Path) -> Machine:
    found = Machine(home)
    found.install()
    return found


def test_everything_is_taken_back_with_the_data(machine: Machine) -> None:
    unit = put(systemd.unit_path(), b"[Service]\n")
    (unit.parent / "default.target.wants").mkdir()
    (unit.parent / "default.target.wants" / unit.name).symlink_to(unit)

    done = aea("uninstall", "--data", "--yes")

    assert done.returncode == 0, done.stderr
    assert picture(machine.home) == machine.expected()
    assert not (unit.parent / "default.target.wants" / unit.name).is_symlink()
    assert not paths.data_dir().exists()
    again = aea("uninstall", "--data", "--yes")
    assert again.returncode == 0, again.stderr
    assert "Nothing of aea is installed" in again.stdout


def test_the_data_is_kept_unless_asked_for(machine: Machine) -> None:
    database = paths.database().read_bytes()
    refused = aea("uninstall", "--data")
    assert refused.returncode == 2
    assert "Try: aea uninstall --data --yes" in refused.stderr
    assert hook.status(str(machine.repos[0].directory)).hooks[0].will_run

    done = aea("uninstall")
    assert done.returncode == 0, done.stderr
    assert "To delete it: aea uninstall --data" in done.stdout
    assert paths.database().read_bytes() == database
    assert (machine.repos[0].directory / HOOKS).read_bytes() == OWN
    assert not paths.hook_script().exists()
    assert "Nothing of aea is installed" in aea("uninstall").stdout


@pytest.mark.parametrize("state", ["absent", "damaged", "empty", "no directory"])
def test_without_a_usable_database_the_record_names_the_repositories(
    machine: Machine, state: str
) -> None:
    for path in paths.data_dir().glob("aea.db*"):
        path.unlink()
    shutil.rmtree(paths.backups(), ignore_errors=True)
    if state in ("damaged", "empty"):
        paths.database().write_bytes(b"no database" * 1000 if state == "damaged" else b"")
    if state == "no directory":
        shutil.rmtree(paths.data_dir())
    done = aea("uninstall", "--data", "--yes", cwd=machine.repos[0].directory)

    assert (machine.repos[0].directory / HOOKS).read_bytes() == OWN
    assert done.returncode == (state in ("damaged", "empty")), done.stderr
    if state != "no directory":
        assert picture(machine.home) == machine.expected()


def test_a_snapshot_stands_in_for_a_damaged_database(machine: Machine) -> None:
    assert aea("backup").returncode == 0
    paths.database().write_bytes(b"no database" * 1000)
    paths.hook_record().unlink()
    done = aea("uninstall")
    assert done.returncode == 0, done.stderr
    assert (machine.repos[0].directory / HOOKS).read_bytes() == OWN


def test_a_part_that_fails_does_not_stop_the_others(machine: Machine) -> None:
    kept = machine.repos[0].directory / f"{HOOKS}.aea-prev"
    kept.unlink()
    kept.mkdir()  # cannot be put in the place of a file
    put(machine.home / ".bashrc", b'ls\neval "$(_AEA_COMPLETE=bash_source aea)"\n')

    done = aea("uninstall", "--data", "--yes")

    assert done.returncode == 1
    assert f"Left: {machine.repos[0].directory}: cannot write" in done.stderr
    assert f"Left: {machine.home}/.bashrc:2 loads the completion of aea" in done.stderr
    assert (machine.repos[1].directory / f"{HOOKS}.legacy").read_bytes() == OWN
    assert not paths.data_dir().exists()


def test_a_daemon_is_stopped_before_its_data_is_deleted(machine: Machine) -> None:
    with daemons.running() as process:
        done = aea("uninstall", "--data", "--yes")
        assert done.returncode == 0, done.stderr
        assert "Stopped the daemon." in done.stdout
        assert process.wait(timeout=60) == 0
    assert not paths.data_dir().exists()


def test_hooks_in_gits_configuration_are_removed(machine: Machine) -> None:
    repo: Repo = machine.repos[0]
    for scope in ("--global", "--local"):
        repo.git("config", scope, "hook.aea.command", "x")
        repo.git("config", scope, "hook.aea.event", "post-commit")
    assert aea("uninstall").returncode == 0
    assert repo.git("config", "--get-regexp", "hook", check=False) == ""


def test_files_of_others_in_the_data_directory_stay(machine: Machine) -> None:
    (paths.data_dir() / "mine").write_text("x")
    done = aea("uninstall", "--data", "--yes")
    assert "except for files that are not aea's" in done.stdout
    assert os.listdir(paths.data_dir()) == ["mine"]
