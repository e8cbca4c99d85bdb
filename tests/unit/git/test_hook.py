"""Our git hook: installed beside whatever is there, run by real git, removed without a trace."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from aea.errors import GitError
from aea.git import hook, hook_script
from aea.git.command import version
from aea.git.spool import Notice, parse_spool
from tests.support.repos import Repo, clone, environment, make_repo

SHELLS = [name for name in ("dash", "bash", "busybox") if shutil.which(name)]
FOREIGN = b'#!/bin/sh\n# mine \xff\r\ncat >> "$OUT"; echo "$@" >> "$OUT"; exit 7\n'


@pytest.fixture
def spool(home: Path) -> Path:
    """The spool of this test; the directory exists."""
    (home / "aea" / "spool").mkdir(parents=True)
    return home / "aea" / "spool" / "notices"


def notices(spool: Path) -> list[Notice]:
    found, consumed = parse_spool(spool.read_bytes() if spool.exists() else b"")
    assert not spool.exists() or consumed == spool.stat().st_size
    return found


def hooks_of(spool: Path) -> list[str]:
    return [notice.hook for notice in notices(spool)]


def put(path: Path, content: bytes, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def picture(directory: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a directory with its bytes and mode."""
    return {
        str(path.relative_to(directory)): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def run_states(directory: Path) -> list[bool]:
    return [state.will_run for state in hook.status(str(directory)).hooks]


def test_events_reach_the_spool(repo: Repo, spool: Path) -> None:
    changes = hook.install(str(repo.directory))
    assert [change.action for change in changes] == ["installed"] * 4
    assert run_states(repo.directory) == [True] * 4
    repo.change({"a": "1\n"})
    top = str(repo.directory.resolve())
    assert notices(spool) == [Notice("post-commit", top, "")]
    repo.git("commit", "-q", "--amend", "--no-verify", "-m", "x")
    assert hooks_of(spool) == ["post-commit", "post-commit", "post-rewrite"]
    repo.git("checkout", "-qb", "side")
    repo.change({"b": "1\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "m", "side")
    assert hooks_of(spool)[-1] == "post-merge"
    patch = repo.git("format-patch", "-1", "--stdout", "side") + "\n"
    repo.git("reset", "-q", "--hard", "main~1")
    repo.git("am", "-q", data=patch.encode())
    assert hooks_of(spool)[-1] == "post-applypatch"


def test_again_is_the_same_as_once(repo: Repo, spool: Path) -> None:
    hooks = repo.directory / ".git/hooks"
    put(hooks / "post-commit", FOREIGN)
    hook.install(str(repo.directory))
    once = picture(hooks)
    for _ in range(2):
        assert {c.action for c in hook.install(str(repo.directory))} == {"unchanged"}
    assert picture(hooks) == once
    assert "post-commit.aea-prev.aea-prev" not in once


@pytest.mark.parametrize("mode", [0o755, 0o700, 0o644, 0o555])
def test_foreign_hook_is_restored_byte_for_byte(repo: Repo, mode: int) -> None:
    hooks = repo.directory / ".git/hooks"
    for name in ("post-commit", "post-rewrite"):
        put(hooks / name, FOREIGN + name.encode(), mode)
    before = picture(hooks)
    hook.install(str(repo.directory))
    assert picture(hooks) != before
    actions = {c.hook: c.action for c in hook.uninstall(str(repo.directory))}
    assert actions["post-commit"] == actions["post-rewrite"] == "restored"
    assert actions["post-merge"] == "removed"
    assert picture(hooks) == before
    assert {c.action for c in hook.uninstall(str(repo.directory))} == {"absent"}


def test_foreign_hook_gets_input_arguments_and_decides(
    repo: Repo, spool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUT", str(tmp_path / "out"))
    path = put(repo.directory / ".git/hooks/post-rewrite", FOREIGN)
    hook.install(str(repo.directory))
    old = repo.commit()
    repo.git("commit", "-q", "--amend", "--allow-empty", "-m", "x")
    new = repo.git("rev-parse", "HEAD")
    assert (tmp_path / "out").read_text() == f"{old} {new}\namend\n"
    done = subprocess.run([path, "a b"], input=b"in\n", check=False)
    assert done.returncode == 7
    (repo.directory / ".git/hooks/post-rewrite.aea-prev").chmod(0o644)
    assert subprocess.run([path], check=False).returncode == 0


def test_symbolic_link_is_chained_and_restored(repo: Repo, spool: Path, tmp_path: Path) -> None:
    put(repo.directory / "scripts/hook.sh", b"#!/bin/sh\necho ran > ran\n")
    link = repo.directory / ".git/hooks/post-commit"
    link.parent.mkdir(exist_ok=True)
    link.symlink_to("../../scripts/hook.sh")
    hook.install(str(repo.directory))
    repo.commit()
    assert (repo.directory / "ran").exists()
    assert hooks_of(spool) == ["post-commit"]
    hook.uninstall(str(repo.directory))
    assert os.readlink(link) == "../../scripts/hook.sh"


def test_older_script_of_ours_is_updated(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    hook.install(str(repo.directory))
    path = repo.directory / ".git/hooks/post-commit"
    older = path.read_bytes().replace(b"# Tells aea", b"# Told aea")
    older = older.replace(b"# aea-hook 1 ", b"# aea-hook 0 ")
    blank = hook_script._MARKER.sub(rb"# aea-hook \1 @SUM@", older)
    older = blank.replace(b"@SUM@", hook_script._checksum(blank))
    put(path, older)
    assert hook.status(str(repo.directory)).hooks[0].reason.startswith("installed by an older")
    assert hook.install(str(repo.directory))[0].action == "updated"
    assert not path.with_name("post-commit.aea-prev").exists()
    path.chmod(0o644)
    assert run_states(repo.directory) == [False, True, True, True]
    assert hook.install(str(repo.directory))[0].action == "updated"
    assert run_states(repo.directory) == [True] * 4


def test_edited_script_is_not_thrown_away(repo: Repo) -> None:
    hook.install(str(repo.directory))
    path = repo.directory / ".git/hooks/post-commit"
    edited = path.read_bytes().replace(b"exit 0", b"echo mine")
    put(path, edited)
    assert hook.uninstall(str(repo.directory))[0].action == "kept"
    assert path.read_bytes() == edited
    hook.install(str(repo.directory))
    assert path.with_name("post-commit.aea-prev").read_bytes() == edited


def test_worktrees_share_one_installation(repo: Repo, spool: Path, tmp_path: Path) -> None:
    repo.commit()
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    hook.install(str(tmp_path / "linked"))
    assert (repo.directory / ".git/hooks/post-commit").exists()
    assert run_states(repo.directory) == run_states(tmp_path / "linked") == [True] * 4
    Repo(tmp_path / "linked", clock=repo.clock).commit()
    linked = str((tmp_path / "linked").resolve())
    git_dir = str((repo.directory / ".git/worktrees/linked").resolve())
    assert notices(spool) == [Notice("post-commit", linked, git_dir)]


def test_submodule_and_bare(repo: Repo, spool: Path, tmp_path: Path) -> None:
    module = make_repo(tmp_path / "module")
    module.commit()
    repo.git("submodule", "--quiet", "add", str(module.directory), "lib")
    hook.install(str(repo.directory / "lib"))
    assert (repo.directory / ".git/modules/lib/hooks/post-commit").exists()
    assert run_states(repo.directory) == [False] * 4
    Repo(repo.directory / "lib", clock=repo.clock).commit()
    assert len(notices(spool)) == 1
    bare = clone(module.directory, tmp_path / "bare.git", "--bare")
    hook.install(str(bare.directory))
    assert (bare.directory / "hooks/post-commit").exists()
    assert run_states(bare.directory) == [True] * 4


def test_private_hooks_path_is_used(repo: Repo, spool: Path, tmp_path: Path) -> None:
    repo.git("config", "core.hooksPath", "~/private hooks")
    hook.install(str(repo.directory))
    assert (tmp_path / "home/private hooks/post-commit").exists()
    repo.commit()
    assert len(notices(spool)) == 1
    repo.git("config", "core.hooksPath", ".git/other")
    assert run_states(repo.directory) == [False] * 4
    hook.install(str(repo.directory))
    assert (repo.directory / ".git/other/post-commit").exists()


@pytest.mark.parametrize("scope", ["--global", "--local"])
def test_shared_or_tracked_hooks_are_left_alone(repo: Repo, spool: Path, scope: str) -> None:
    shared = repo.directory / ".githooks"
    put(shared / "post-commit", b"#!/bin/sh\necho shared\n")
    repo.commit()
    hook.install(str(repo.directory))
    where = str(shared) if scope == "--global" else ".githooks"
    repo.git("config", scope, "core.hooksPath", where)
    before = picture(shared)
    changes = hook.install(str(repo.directory))
    assert [change.action for change in changes] == ["manual"] * 4
    assert picture(shared) == before
    assert repo.git("status", "--porcelain") == ""
    status = hook.status(str(repo.directory))
    assert [state.will_run for state in status.hooks] == [False] * 4
    assert scope[2:] in (status.hooks_path_setting or "")
    assert "does not call aea" in status.hooks[0].reason
    assert status.hooks[1].reason.startswith("bypassed: core.hooksPath")
    line = hook_script.caller_line().encode()
    put(shared / "post-commit", b"#!/bin/sh\n" + line + b"\necho shared\n")
    assert hook.status(str(repo.directory)).hooks[0].will_run
    assert hook.install(str(repo.directory))[0].action == "unchanged"
    repo.commit()
    assert hooks_of(spool) == ["hook"]
    assert hook.uninstall(str(repo.directory))[0].action in ("kept", "removed")


def test_husky_is_told_the_line(repo: Repo, spool: Path) -> None:
    husky = repo.directory / ".husky"
    put(husky / "_/.gitignore", b"*")
    put(
        husky / "_/h",
        b'#!/usr/bin/env sh\ns=$(dirname "$(dirname "$0")")/${0##*/}\n'
        b'[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\n',
    )
    for name in hook.HOOKS:
        put(husky / "_" / name, b'#!/usr/bin/env sh\n. "${0%/*}/h"')
    repo.commit()
    repo.git("config", "core.hooksPath", ".husky/_")
    before = picture(husky)
    (change, *_) = hook.install(str(repo.directory))
    assert (change.action, change.path) == ("manual", str(husky / "post-commit"))
    assert picture(husky) == before
    put(husky / "post-commit", hook_script.caller_line().encode() + b"\n", 0o644)
    repo.commit()
    assert hooks_of(spool) == ["hook"]
    assert run_states(repo.directory) == [True, False, False, False]


def test_one_line_serves_all_hooks_of_husky(repo: Repo, spool: Path) -> None:
    from click.testing import CliRunner

    from aea.cli import hooks, install_hooks

    husky = repo.directory / ".husky"
    put(husky / "_/.gitignore", b"*")
    put(husky / "_/h", b's=$(dirname "$(dirname "$0")")/${0##*/}\n[ ! -f "$s" ] || sh -e "$s"\n')
    for name in hook.HOOKS:
        put(husky / "_" / name, b'#!/usr/bin/env sh\n. "${0%/*}/h"')
    put(husky / "post-merge", b"npm ci", 0o644)  # without a line feed at its end
    repo.git("config", "core.hooksPath", ".husky/_")
    runner, place = CliRunner(), str(repo.directory)

    told = runner.invoke(hooks.command, ["status", place], standalone_mode=False)
    assert told.return_value == 0  # nothing was installed, so nothing is wrong
    assert told.output.count("does not run: not installed") == 1
    told = runner.invoke(install_hooks.command, [place], standalone_mode=False)
    assert told.return_value == 1
    assert told.output.count("not installed") == 1
    assert "the next report" in told.output
    subprocess.run(["sh", "-c", told.output.splitlines()[-1]], check=True)

    assert (husky / "post-merge").read_text().splitlines()[0] == "npm ci"
    assert run_states(repo.directory) == [True] * 4
    assert runner.invoke(install_hooks.command, [place], standalone_mode=False).return_value == 0
    repo.commit()
    assert hooks_of(spool) == ["install", "install", "hook"]


def test_hooks_turned_off(repo: Repo) -> None:
    repo.git("config", "core.hooksPath", os.devnull)
    (change, *_) = hook.install(str(repo.directory))
    assert change.action == "manual"
    assert "disables hooks" in change.note
    assert run_states(repo.directory) == [False] * 4


def test_hook_of_another_aea_is_told(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    hook.install(str(repo.directory))
    monkeypatch.setenv("AEA_HOME", "/elsewhere")
    state = hook.status(str(repo.directory)).hooks[0]
    assert not state.will_run
    assert "another aea" in state.reason


def newer_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that says it is 2.55: this machine's own is older."""
    real = shutil.which("git")
    wrapper = f'#!/bin/sh\ncase "$*" in *--version) echo git version 2.55.0; exit;; esac\nexec {real} "$@"\n'
    put(tmp_path / "bin/git", wrapper.encode())
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")


@pytest.mark.parametrize("place", ["named", "linked", "home", "XDG"])
def test_the_global_configuration_never_replaces_a_device(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    newer_git(tmp_path, monkeypatch)
    device, link = tmp_path / "null", tmp_path / "link"
    os.mkfifo(device)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(device if place == "named" else link))
    if place in ("home", "XDG"):
        monkeypatch.delenv("GIT_CONFIG_GLOBAL")
        link = home / (".gitconfig" if place == "home" else ".config/git/config")
        link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(device)

    for change in (hook.install_global, hook.uninstall_global):
        with pytest.raises(GitError, match="is not a regular file"):
            change()

    assert stat.S_ISFIFO(device.lstat().st_mode)
    assert link.is_symlink()


def test_the_configuration_of_a_repository_never_replaces_a_device(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer_git(tmp_path, monkeypatch)
    put(tmp_path / "home/gitconfig", b"[core]\n\thooksPath = /elsewhere\n")
    device = tmp_path / "null"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.stat(os.devnull).st_rdev)
    except PermissionError:
        pytest.skip("making a device needs root")
    (repo.directory / ".git/config").unlink()
    (repo.directory / ".git/config").symlink_to(device)

    for change in (hook.install, hook.uninstall):
        with pytest.raises(GitError, match="is not a regular file"):
            change(str(repo.directory))

    assert stat.S_ISCHR(device.lstat().st_mode)


def test_global_needs_a_newer_git(
    repo: Repo, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if version() < (2, 54):
        with pytest.raises(GitError, match="cannot read hooks from its configuration") as caught:
            hook.install_global()
        assert "install-hooks PATH" in caught.value.hint
        assert (home / "gitconfig").read_text() == ""
    newer_git(tmp_path, monkeypatch)
    for _ in range(2):
        hook.install_global()
        events = repo.git("config", "--global", "--get-all", "hook.aea.event")
        assert events.split() == list(hook.HOOKS)
    command = repo.git("config", "--global", "hook.aea.command")
    assert command == '"$HOME/aea/hook"'
    assert subprocess.run(["sh", "-c", command], check=False).returncode == 0
    assert run_states(repo.directory) == [True] * 4
    repo.git("config", "hook.aea.enabled", "false")
    assert run_states(repo.directory) == [False] * 4
    assert {c.action for c in hook.uninstall_global()} == {"removed"}
    assert {c.action for c in hook.uninstall_global()} == {"absent"}


def test_newer_git_takes_the_hook_from_the_repository(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer_git(tmp_path, monkeypatch)
    repo.git("config", "core.hooksPath", ".githooks")
    assert {c.action for c in hook.install(str(repo.directory))} == {"configured"}
    assert run_states(repo.directory) == [True] * 4
    assert repo.git("status", "--porcelain") == ""
    hook.uninstall(str(repo.directory))
    assert run_states(repo.directory) == [False] * 4


def test_commit_with_captured_output_is_not_blocked(repo: Repo, spool: Path) -> None:
    hook.install(str(repo.directory))
    command = ["git", "commit", "-q", "--allow-empty", "-m", "x"]
    done = subprocess.run(
        command, cwd=repo.directory, env=environment(), capture_output=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("trouble", ["missing", "directory", "fifo", "below a file", "read-only"])
def test_trouble_with_the_spool_is_silent(repo: Repo, home: Path, shell: str, trouble: str) -> None:
    hook.install(str(repo.directory))
    place = home / "aea" / "spool"
    place.parent.mkdir()
    if trouble == "below a file":
        place.touch()
    elif trouble != "missing":
        place.mkdir()
        if trouble == "directory":
            (place / "notices").mkdir()
        elif trouble == "fifo":
            os.mkfifo(place / "notices")
        else:
            (place / "notices").touch(0o444)
            place.chmod(0o500)
    words = [shell, "sh"] if shell == "busybox" else [shell]
    done = subprocess.run(
        [*words, str(repo.directory / ".git/hooks/post-commit")],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    place.chmod(0o700) if place.exists() else None
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_writes_the_same_record(
    repo: Repo, spool: Path, tmp_path: Path, shell: str
) -> None:
    hook.install(str(repo.directory))
    place = tmp_path / "new\nline\t\\0 %s $(x)"
    place.mkdir()
    words = [shell, "sh"] if shell == "busybox" else [shell]
    path = str(repo.directory / ".git/hooks/post-merge")
    subprocess.run(
        [*words, path, "0"], cwd=place, env=environment() | {"GIT_DIR": "g t"}, check=True
    )
    assert notices(spool) == [Notice("post-merge", str(place.resolve()), "g t")]
    relative = environment() | {"AEA_HOME": "relative"}
    subprocess.run([*words, path, "0"], cwd=place, env=relative, check=True)
    assert len(notices(spool)) == 2
    assert not list(place.iterdir())


@pytest.mark.parametrize("shell", SHELLS)
def test_eight_writers_tear_no_record(repo: Repo, spool: Path, shell: str) -> None:
    hook.install(str(repo.directory))
    words = f"{shell} sh" if shell == "busybox" else shell
    deep = repo.directory / ("d" * 200) / ("e" * 200)
    deep.mkdir(parents=True)
    loop = f"i=0; while [ $i -lt 25 ]; do {words} '{repo.directory}/.git/hooks/post-commit'; i=$((i+1)); done"
    writers = [subprocess.Popen(["sh", "-c", loop], cwd=deep) for _ in range(8)]
    assert [writer.wait() for writer in writers] == [0] * 8
    assert len(notices(spool)) == 200


@pytest.mark.parametrize("shell", SHELLS)
def test_hooks_that_race_to_make_the_spool_all_tell(repo: Repo, spool: Path, shell: str) -> None:
    hook.install(str(repo.directory))
    words = [shell, "sh"] if shell == "busybox" else [shell]
    command = [*words, str(repo.directory / ".git/hooks/post-commit")]
    for _ in range(100):  # a hook that looked twice lost one notice in a hundred rounds
        writers = [subprocess.Popen(command, cwd=repo.directory) for _ in range(8)]
        assert [writer.wait() for writer in writers] == [0] * 8
        assert len(notices(spool)) == 8
        spool.unlink()


def test_the_script_starts_no_process(repo: Repo, spool: Path) -> None:
    hook.install(str(repo.directory))
    path = str(repo.directory / ".git/hooks/post-commit")
    done = subprocess.run(["sh", path], env={"AEA_HOME": str(spool.parent.parent)}, check=False)
    assert done.returncode == 0
    subprocess.run(["/bin/sh", path], env={"PATH": "/nonexistent"}, check=True)
    assert len(notices(spool)) == 2
    code = [line for line in hook_script.render(spool).splitlines() if not line.startswith(b"#")]
    assert len(code) <= 25


def test_outside_a_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not in a git repository"):
        hook.install(str(tmp_path))


def test_commands(repo: Repo, spool: Path) -> None:
    from click.testing import CliRunner

    from aea.cli import hooks, install_hooks, uninstall_hooks

    runner, place = CliRunner(), str(repo.directory)
    told = runner.invoke(hooks.command, ["status", place])
    assert "post-applypatch: does not run: not installed" in told.output
    assert "post-commit: installed" in runner.invoke(install_hooks.command, [place]).output
    told = runner.invoke(hooks.command, ["status", place, "--json"])
    assert '"will_run": true' in told.output
    assert "post-merge: removed" in runner.invoke(uninstall_hooks.command, [place]).output
