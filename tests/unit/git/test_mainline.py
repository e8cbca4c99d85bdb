"""The mainline's name: the repository's word, the remote's HEAD, the user's, the usual ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aea.git.mainline import find_mainline_refs
from aea.git.walk import open_walk
from tests.support.repos import Repo, clone, make_repo

if TYPE_CHECKING:
    from pathlib import Path


def refs(repo: Repo) -> list[str]:
    found = repo.find()
    return sorted(find_mainline_refs(found, open_walk(found).read_refs()))


@pytest.fixture
def repo(home: Path) -> Repo:
    made = make_repo(home / "repo", "-b", "work")
    made.change({"a.py": "alpha = 1\n"})
    return made


def test_none_of_the_usual_names_is_no_mainline(repo: Repo) -> None:
    assert refs(repo) == []


@pytest.mark.parametrize("name", ["main", "master", "trunk", "develop"])
def test_the_usual_names_are_known(repo: Repo, name: str) -> None:
    repo.git("branch", name)
    assert refs(repo) == [f"refs/heads/{name}"]


def test_main_is_before_develop(repo: Repo) -> None:
    repo.git("branch", "develop")
    repo.git("branch", "main")
    assert refs(repo) == ["refs/heads/main"]


def test_the_head_of_the_remote_counts_with_the_local_branch(repo: Repo, home: Path) -> None:
    repo.git("branch", "main")
    copy = clone(repo.directory, home / "copy")
    copy.git("branch", "main", "origin/main")
    assert refs(copy) == ["refs/heads/work", "refs/remotes/origin/work"]


def test_the_repository_may_say_otherwise(repo: Repo, home: Path) -> None:
    repo.git("branch", "release/2")
    copy = clone(repo.directory, home / "copy")
    copy.git("config", "aea.mainline", "release/2")
    assert refs(copy) == ["refs/remotes/origin/release/2"]
    copy.git("config", "aea.mainline", "not-there")
    assert refs(copy) == ["refs/heads/work", "refs/remotes/origin/work"]


def test_the_user_comes_before_the_usual_names(
    repo: Repo, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = home / "gitconfig"
    config.write_text("[aea]\n\tmainline = work\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    repo.git("branch", "main")
    assert refs(repo) == ["refs/heads/work"]


def test_a_fork_of_somebody_does_not_count(repo: Repo, home: Path) -> None:
    copy = clone(repo.directory, home / "copy")
    copy.git("remote", "add", "alice", str(repo.directory))
    copy.git("fetch", "-q", "alice")
    assert "refs/remotes/alice/work" in open_walk(copy.find()).read_refs()
    assert refs(copy) == ["refs/heads/work", "refs/remotes/origin/work"]
