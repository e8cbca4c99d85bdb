"""A person's own hook runs once for each commit, wherever a manager or a person puts ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from aea.git import hook, hook_script
from tests.support.repos import Repo, environment, make_repo

PRE_COMMIT = shutil.which("pre-commit")
HEAD = b"#!/bin/sh\n"
OWN = HEAD + b'echo "$PWD" >> "$HOME/ran"\n'


class Place:
    """A repository with a person's own post-commit hook, and counts of what ran."""

    def __init__(self, repo: Repo, home: Path) -> None:
        self.repo, self.home = repo, home
        self.hooks = repo.directory / ".git/hooks"
        (home / "aea/spool").mkdir(parents=True)
        self.put("post-commit", OWN)

    def put(self, name: str, content: bytes) -> Path:
        path = self.hooks / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o755)
        return path

    def install(self) -> hook.HookChange:
        return hook.install(str(self.repo.directory))[0]

    def uninstall(self) -> list[hook.HookChange]:
        changes = hook.uninstall(str(self.repo.directory))
        return [change for change in changes if change.hook == "post-commit"]

    def state(self) -> hook.HookState:
        return hook.status(str(self.repo.directory)).hooks[0]

    def commit(self) -> tuple[int, int]:
        """How often the own hook ran, and how many notices arrived, for one commit."""
        before = self.counts()
        self.repo.commit()
        after = self.counts()
        return after[0] - before[0], after[1] - before[1]

    def counts(self) -> tuple[int, int]:
        ran, spool = self.home / "ran", self.home / "aea/spool/notices"
        runs = ran.read_text().count("\n") if ran.exists() else 0
        return runs, spool.read_bytes().count(b"post-commit\0") if spool.exists() else 0


@pytest.fixture
def place(repo: Repo, home: Path) -> Place:
    return Place(repo, home)


# what moves our file, and the hook that then stands in its place
MOVES = {
    "pre-commit in migration mode": (
        "post-commit.legacy",
        b'here="$(cd "$(dirname "$0")" && pwd)"\n"$here"/post-commit.legacy "$@"\n',
    ),
    "a suffix": ("post-commit.old", b'[ -x "$0.old" ] && "$0.old" "$@"\n'),
    "another name": ("My_Hook-2.sh", b'"${0%/*}/My_Hook-2.sh" "$@"; true\n'),
    "a folder": ("old-hooks/post-commit", b'"${0%/*}/old-hooks/post-commit"\n'),
    "run-parts": ("post-commit.d/10-aea", b'for f in "$0.d"/*; do "$f" "$@"; done\n'),
    "sourced with errexit": ("post-commit.x", b'set -eu\n"${0}.x"\n'),
    "the home directory": ("../../../home/bin/after-commit", b"~/bin/after-commit\n"),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_moved_script_runs_the_own_hook_once(place: Place, name: str) -> None:
    target, wrapper = MOVES[name]
    place.install()
    assert place.commit() == (1, 1)
    moved = place.hooks / target
    moved.parent.mkdir(parents=True, exist_ok=True)
    (place.hooks / "post-commit").rename(moved)
    place.put("post-commit", HEAD + wrapper)

    assert place.commit() == (1, 1)
    state = place.state()
    assert (state.will_run, state.is_fault) == (True, False), state.reason
    assert state.chained == str(place.hooks / "post-commit.aea-prev")
    assert place.install().action == "unchanged"
    assert place.commit() == (1, 1)

    assert [change.action for change in place.uninstall()] == ["restored"]
    assert moved.read_bytes() == OWN
    assert place.commit() == (1, 0)
    assert not place.state().will_run
    assert not list(place.hooks.glob("*aea*"))


def test_a_manager_that_calls_nobody_is_told_and_undone(place: Place) -> None:
    place.install()
    (place.hooks / "post-commit").rename(place.hooks / "post-commit.old")
    place.put("post-commit", HEAD + b"# lefthook\nlefthook() { :; }\n")

    state = place.state()
    assert (state.will_run, state.is_fault) == (False, True)
    assert "(lefthook) does not call ours" in state.reason
    assert place.install().action == "installed"
    assert place.commit() == (0, 1)  # lefthook runs no older hook, with us or without
    actions = [(change.action, Path(change.path).name) for change in place.uninstall()]
    assert actions == [("restored", "post-commit"), ("restored", "post-commit.old")]
    assert (place.hooks / "post-commit.old").read_bytes() == OWN
    assert b"lefthook" in (place.hooks / "post-commit").read_bytes()


def test_a_manager_that_is_installed_again_makes_no_circle(place: Place) -> None:
    shim = HEAD + b'old="${0%/*}/post-commit.legacy"; [ ! -x "$old" ] || "$old"\n'
    (place.hooks / "post-commit").rename(place.hooks / "own.sh")
    place.put("post-commit", shim)
    place.install()
    (place.hooks / "post-commit").rename(place.hooks / "post-commit.legacy")
    place.put("post-commit", shim + b'"${0%/*}/own.sh"\n')

    assert place.commit() == (1, 2)
    changes = place.uninstall()
    assert [change.action for change in changes] == ["removed", "kept"]  # it would call itself
    assert changes[1].note.endswith("kept as " + str(place.hooks / "post-commit.aea-prev"))
    assert not (place.hooks / "post-commit.legacy").exists()
    assert place.commit() == (1, 0)


def test_a_script_that_is_its_own_previous_hook_ends(place: Place) -> None:
    place.install()
    shutil.copy(place.hooks / "post-commit", place.hooks / "post-commit.aea-prev")
    assert place.commit() == (0, 2)


def test_a_copy_is_removed_with_the_original(place: Place) -> None:
    place.install()
    shutil.copy(place.hooks / "post-commit", place.hooks / "post-commit.bak")
    actions = [(change.action, Path(change.path).name) for change in place.uninstall()]
    assert actions == [("restored", "post-commit"), ("removed", "post-commit.bak")]
    assert [path.name for path in place.hooks.glob("post-commit*")] == ["post-commit"]


def test_a_hook_that_commits_runs_again_for_that_commit(place: Place) -> None:
    own = (
        OWN + b'[ -e "$HOME/done" ] || { : > "$HOME/done"; git commit -q --allow-empty -m more; }\n'
    )
    place.put("post-commit", own)
    place.install()
    assert place.commit() == (2, 2)


def test_the_script_of_an_older_aea_is_mended_where_it_is(place: Place) -> None:
    place.install()
    old = HEAD + b"# aea-hook 1 @SUM@\nspool=%s\n" % bytes(place.home / "aea/spool/notices")
    old += b'printf \'1\\000%s\\000%s\\000\\000\\n\' post-commit "$PWD" >>"$spool"\n'
    old += b'if [ -x "$0.aea-prev" ]; then exec "$0.aea-prev" "$@"; fi\nexit 0\n'
    content = old.replace(b"@SUM@", hook_script._checksum(old))
    place.put("post-commit", content).rename(place.hooks / "post-commit.legacy")
    place.put("post-commit", HEAD + b'"$0.legacy"\n')

    assert place.commit() == (0, 1)
    state = place.state()
    assert (state.will_run, state.is_fault) == (True, True)
    assert "does not run the previous hook" in state.reason
    assert place.install().action == "updated"
    assert place.commit() == (1, 1)
    assert not place.state().is_fault
    place.uninstall()
    assert (place.hooks / "post-commit.legacy").read_bytes() == OWN


def test_a_hook_whose_script_was_deleted_comes_back(place: Place) -> None:
    place.install()
    (place.hooks / "post-commit").unlink()
    assert [change.action for change in place.uninstall()] == ["restored"]
    assert place.commit() == (1, 0)


def test_a_deleted_script_is_installed_before_the_hook_that_it_kept(place: Place) -> None:
    place.install()
    (place.hooks / "post-commit").unlink()
    assert place.install().action == "installed"
    assert place.commit() == (1, 1)


def test_a_hook_behind_two_installations_of_a_manager_is_restored(place: Place) -> None:
    lefthook = HEAD + b"lefthook() { :; }\n"
    for _ in range(2):
        place.install()
        (place.hooks / "post-commit").replace(place.hooks / "post-commit.old")
        place.put("post-commit", lefthook)
    place.uninstall()
    assert (place.hooks / "post-commit").read_bytes() == lefthook
    assert (place.hooks / "post-commit.old").read_bytes() == OWN
    assert not list(place.hooks.glob("*aea*"))


def test_a_hook_that_a_manager_overwrote_is_named(place: Place) -> None:
    place.install()
    place.put("post-commit", HEAD + b"git lfs post-commit\n")  # git lfs update --force
    (change,) = place.uninstall()
    assert (change.action, change.path) == ("kept", str(place.hooks / "post-commit"))
    assert str(place.hooks / "post-commit.aea-prev") in change.note


def test_the_hook_of_another_repository_is_left_alone(place: Place, tmp_path: Path) -> None:
    place.install()
    other = make_repo(tmp_path / "other")
    entry = other.directory / ".git/hooks/post-commit"
    entry.parent.mkdir(exist_ok=True)
    entry.write_bytes(HEAD + os.fsencode(place.hooks / "post-commit") + b"\n")
    entry.chmod(0o755)
    assert hook.status(str(other.directory)).hooks[0].will_run
    hook.uninstall(str(other.directory))
    assert place.state().will_run


def test_in_a_linked_work_tree_and_after_the_repository_moved(place: Place, tmp_path: Path) -> None:
    place.install()
    (place.hooks / "old-hooks").mkdir()
    (place.hooks / "post-commit").rename(place.hooks / "old-hooks/post-commit")
    place.put("post-commit", HEAD + b'"${0%/*}/old-hooks/post-commit"\n')
    moved = Repo(place.repo.directory.rename(tmp_path / "moved"), clock=place.repo.clock)
    moved.commit()
    moved.git("worktree", "add", "-q", str(tmp_path / "linked"))
    Repo(tmp_path / "linked", clock=moved.clock).commit()
    assert place.counts() == (2, 2)


def test_husky_runs_a_copy_by_sh(place: Place) -> None:
    place.install()
    husky = place.repo.directory / ".husky"
    (husky / "_").mkdir(parents=True)
    stub = b'#!/usr/bin/env sh\n. "${0%/*}/h"\n'
    for name, content in {
        "h": b's=$(dirname "$(dirname "$0")")/${0##*/}\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\n',
        "post-commit": stub,
        ".gitignore": b"*",
    }.items():
        (husky / "_" / name).write_bytes(content)
        (husky / "_" / name).chmod(0o755)
    shutil.copyfile(place.hooks / "post-commit", husky / "post-commit")
    place.repo.git("config", "core.hooksPath", ".husky/_")

    assert place.commit() == (1, 1)
    assert place.state().will_run
    actions = {Path(change.path).parent.name: change.action for change in place.uninstall()}
    assert actions == {".husky": "kept", "hooks": "restored"}


needs_pre_commit = pytest.mark.skipif(PRE_COMMIT is None, reason="needs pre-commit")


def pre_commit(place: Place, *arguments: str) -> None:
    (place.repo.directory / ".pre-commit-config.yaml").write_text("repos: []\n")
    subprocess.run(
        [str(PRE_COMMIT), *arguments, "-t", "post-commit"],
        cwd=place.repo.directory,
        env=environment() | {"PATH": os.environ["PATH"], "HOME": str(place.home)},
        check=True,
        capture_output=True,
    )


@needs_pre_commit
@pytest.mark.parametrize("first", ["aea", "pre-commit"])
def test_with_the_real_pre_commit(place: Place, first: str) -> None:
    if first == "aea":
        place.install()
        pre_commit(place, "install")
        assert place.install().action == "unchanged"
    else:
        pre_commit(place, "install")
        assert place.install().path.endswith("post-commit.legacy")
    for _ in range(2):
        assert place.commit() == (1, 1)
        assert place.state().will_run
        assert "pre-commit" in place.state().reason
        pre_commit(place, "install")
    place.uninstall()
    assert place.commit() == (1, 0)
    assert (place.hooks / "post-commit.legacy").read_bytes() == OWN
    pre_commit(place, "uninstall")
    assert (place.hooks / "post-commit").read_bytes() == OWN


@needs_pre_commit
def test_pre_commit_is_uninstalled_first(place: Place) -> None:
    place.install()
    pre_commit(place, "install")
    pre_commit(place, "uninstall")
    assert place.commit() == (1, 1)
    assert place.state().reason == "installed"
    place.uninstall()
    assert place.commit() == (1, 0)
