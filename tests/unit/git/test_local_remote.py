"""A remote that is a path leads to the identity of what is there: clones of a local clone are one repository."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.repos import Repo, clone, make_repo

URL = "https://github.com/o/app.git"


@pytest.fixture
def app(tmp_path: Path) -> Repo:
    repo = make_repo(tmp_path / "app")
    repo.commit()
    return repo


def key(repo: Repo) -> str:
    return repo.find().repository_key


def test_a_clone_of_a_clone_has_the_key_of_the_first(app: Repo, tmp_path: Path) -> None:
    second = clone(app.directory, tmp_path / "app-2")
    third = clone(second.directory, tmp_path / "app-3")
    bare = clone(third.directory, tmp_path / "mirror.git", "--bare")
    assert key(app) == key(second) == key(third) == key(bare) == f"dir:{app.directory.resolve()}"
    app.git("remote", "add", "origin", URL)
    assert key(app) == key(second) == key(third) == key(bare) == "git:github.com/o/app"


@pytest.mark.parametrize(
    "spelling",
    ["{}", "{}/", "{}/.git", "file://{}", "FILE://localhost{}", "../app", "../x/../app", "../link"],
)
def test_every_spelling_of_a_path(app: Repo, tmp_path: Path, spelling: str) -> None:
    (tmp_path / "link").symlink_to(app.directory)
    copy = clone(app.directory, tmp_path / "app-2")
    copy.git("remote", "set-url", "origin", spelling.format(app.directory))
    assert key(copy) == key(app)


def test_two_clones_of_one_bare_path_are_one_repository(app: Repo, tmp_path: Path) -> None:
    bare = clone(app.directory, tmp_path / "app.git", "--bare")
    bare.git("remote", "remove", "origin")
    one, two = (clone(bare.directory, tmp_path / name) for name in ("one", "two"))
    two.git("remote", "set-url", "origin", str(tmp_path / "app"))  # git tries app, then app.git
    shutil.rmtree(app.directory)
    assert key(one) == key(two) == key(bare) == f"dir:{bare.directory.resolve()}"


def test_what_is_gone_keeps_its_path_as_the_key(app: Repo, tmp_path: Path) -> None:
    one, two = (clone(app.directory, tmp_path / name) for name in ("one", "two"))
    before = key(app)
    shutil.rmtree(app.directory)
    assert key(one) == key(two) == before
    assert one.find().lost_remote == str(app.directory.resolve())


def test_a_circle_and_a_remote_that_is_itself(app: Repo, tmp_path: Path) -> None:
    other = clone(app.directory, tmp_path / "aaa")
    app.git("remote", "add", "origin", str(other.directory))
    third = clone(app.directory, tmp_path / "third")
    assert key(app) == key(other) == key(third) == f"dir:{other.directory.resolve()}"
    app.git("remote", "set-url", "origin", ".")
    assert key(app) == f"dir:{app.directory.resolve()}"


def test_a_bundle_and_a_helper_are_no_place(app: Repo, tmp_path: Path) -> None:
    app.git("bundle", "create", "-q", str(tmp_path / "app.bundle"), "--all")
    copy = clone(tmp_path / "app.bundle", tmp_path / "copy")
    assert key(copy) == f"dir:{copy.directory.resolve()}"
    copy.git("remote", "set-url", "origin", "ext::sh -c x")
    assert key(copy) == f"dir:{copy.directory.resolve()}"


def test_a_linked_work_tree_follows_a_relative_path_as_the_main_one(
    app: Repo, tmp_path: Path
) -> None:
    copy = clone(app.directory, tmp_path / "app-2")
    copy.git("remote", "set-url", "origin", "../app")
    copy.git("worktree", "add", "-q", str(tmp_path / "deep" / "er"))
    assert key(Repo(tmp_path / "deep" / "er")) == key(app)
