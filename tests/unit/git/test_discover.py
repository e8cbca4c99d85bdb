"""find_repository: one key for one repository, from wherever it is looked at."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from aea.errors import GitError
from aea.git import command
from aea.git.discover import (
    find_repository,
    list_worktrees,
    normalise_remote,
    without_credentials,
)
from tests.support.repos import Repo, clone, make_repo


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/o/r",
        "https://github.com/o/r.git",
        "https://github.com/o/r.git/",
        "https://user:pa%40ss@GitHub.com:443//o/r",
        "https://oauth2:ghp_x@y@github.com/o/r.git?token=1#x",
        "http://github.com:80/o/r",
        "git://github.com/o/r.git",
        "git@github.com:o/r.git",
        "github.com:/o/r",
        "ssh://git@github.com/o/r",
        "ssh://git@github.com:22/o/r.git",
        "git+ssh://git@github.com/o/r",
        "ssh://git@ssh.github.com:443/o/r.git",
        "  https://github.com/o/r\n",
    ],
)
def test_every_way_to_write_a_remote_is_the_same(url: str) -> None:
    assert normalise_remote(url) == "github.com/o/r"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ssh://git@host:7999/p/r.git", "host:7999/p/r"),
        ("https://h/a/b/c/d", "h/a/b/c/d"),
        ("https://h/my%20repo", "h/my repo"),
        ("work:team/r.git", "work/team/r"),
        ("ssh://git@[::1]/o/r", "[::1]/o/r"),
        ("https://github.com/Own/Repo", "github.com/Own/Repo"),
        ("/srv/git/r.git", None),
        ("../r", None),
        ("./a:b", None),
        ("C:\\work\\r", None),
        ("c:/work/r", None),
        ("file:///srv/r.git", None),
        ("ext::sh -c x", None),
        ("codecommit::eu://r", None),
        ("https://github.com/", None),
        ("", None),
    ],
)
def test_other_remotes(url: str, expected: str | None) -> None:
    assert normalise_remote(url) == expected


@pytest.mark.parametrize(
    "url",
    ["helper::https://me:secret@host/r", "https://me:secret/x@host/r", "https://secret@host/r"],
)
def test_no_form_keeps_credentials(repo: Repo, url: str) -> None:
    repo.git("remote", "add", "origin", url)
    assert "secret" not in repr(repo.find())


def test_credentials_are_not_kept(repo: Repo) -> None:
    repo.git("remote", "add", "origin", "https://me:secret@host.example/o/r?private_token=secret")
    assert "secret" not in repr(repo.find())
    assert repo.find().remote_url == "https://host.example/o/r"
    assert without_credentials("git@host:o/r") == "git@host:o/r"


def test_nothing_starts_where_there_is_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert find_repository(str(tmp_path)) is None
    assert find_repository(str(tmp_path / "no" / "such")) is None


def test_key_of_a_directory_without_a_remote(repo: Repo, tmp_path: Path) -> None:
    (repo.directory / "deep" / "er").mkdir(parents=True)
    (tmp_path / "alias").symlink_to(repo.directory)
    places = [repo.directory, repo.directory / "deep" / "er", repo.directory / "gone" / "dir"]
    places += [tmp_path / "alias", repo.directory / ".git", repo.directory / ".git" / "hooks"]
    found = [find_repository(os.fspath(place)) for place in places]
    assert {r.repository_key for r in found if r} == {f"dir:{repo.directory.resolve()}"}
    assert {r.worktree for r in found if r} == {str(repo.directory.resolve())}
    assert None not in found


def test_remote_is_origin_then_the_only_one_then_upstream(repo: Repo) -> None:
    repo.commit()
    repo.git("remote", "add", "fork", "git@host:fork/r")
    assert repo.find().repository_key == "git:host/fork/r"
    repo.git("remote", "add", "up", "git@host:up/r")
    assert repo.find().repository_key == f"dir:{repo.directory.resolve()}"
    repo.git("config", "branch.main.remote", "up")
    assert repo.find().repository_key == "git:host/up/r"
    repo.git("remote", "add", "origin", "git@host:origin/r")
    assert repo.find().repository_key == "git:host/origin/r"


def test_instead_of_is_applied(repo: Repo) -> None:
    repo.git("config", "--global", "url.git@github.com:.insteadOf", "gh:")
    repo.git("remote", "add", "origin", "gh:o/r")
    assert repo.find().repository_key == "git:github.com/o/r"


def test_linked_worktree_is_the_same_repository(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    main, linked = repo.find(), Repo(tmp_path / "linked").find()
    assert (linked.common_dir, linked.repository_key) == (main.common_dir, main.repository_key)
    assert linked.worktree == str((tmp_path / "linked").resolve())
    assert list_worktrees(linked) == list_worktrees(main) == [main.worktree, linked.worktree]
    subprocess.run(["rm", "-r", str(tmp_path / "linked")], check=True)
    assert list_worktrees(main) == [main.worktree]


def test_submodule_is_a_repository_of_its_own(repo: Repo, tmp_path: Path) -> None:
    module = make_repo(tmp_path / "module")
    module.commit()
    repo.git("submodule", "--quiet", "add", str(module.directory), "lib")
    sub = Repo(repo.directory / "lib")
    found = sub.find()
    assert found.common_dir == str((repo.directory / ".git/modules/lib").resolve())
    assert found.repository_key == f"dir:{module.directory.resolve()}"  # where it was added from
    assert list_worktrees(found) == [found.worktree]
    sub.git("worktree", "add", "-q", str(tmp_path / "linked"))
    assert Repo(tmp_path / "linked").find().repository_key == found.repository_key


def test_bare_repository_and_its_worktree(tmp_path: Path) -> None:
    source = make_repo(tmp_path / "source")
    source.commit()
    bare = clone(source.directory, tmp_path / "bare.git", "--bare")
    found = bare.find()
    assert (found.is_bare, found.worktree, list_worktrees(found)) == (True, None, [])
    assert found.repository_key == f"dir:{source.directory.resolve()}"
    bare.git("worktree", "add", "-q", str(tmp_path / "linked"), "main")
    linked = Repo(tmp_path / "linked").find()
    assert (linked.is_bare, linked.repository_key) == (True, found.repository_key)
    assert list_worktrees(linked) == [linked.worktree]


def test_formats(tmp_path: Path) -> None:
    found = make_repo(tmp_path / "sha256", "--object-format=sha256").find()
    assert (found.object_format, found.ref_format, found.is_partial) == ("sha256", "files", False)


def test_strange_directory_names(tmp_path: Path) -> None:
    for name in ("new\nline", "-dash", "true", os.fsdecode(b"caf\xe9"), 'quo"te '):
        repo = make_repo(tmp_path / name)
        repo.commit()
        found = repo.find()
        assert found.worktree == os.path.realpath(repo.directory)
        found.repository_key.encode()


def test_broken_dot_git_is_passed_by(repo: Repo, tmp_path: Path) -> None:
    (repo.directory / "inner" / ".git").mkdir(parents=True)
    found = find_repository(str(repo.directory / "inner"))
    assert found is not None
    assert found.worktree == str(repo.directory.resolve())
    (tmp_path / "alone" / ".git").mkdir(parents=True)
    assert find_repository(str(tmp_path / "alone")) is None


def test_environment_of_a_hook_is_dropped(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repo(tmp_path / "other")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(other.directory / ".git"))
    assert repo.find().worktree == str(repo.directory.resolve())
    kept = {name for name in command.environment() if name.startswith("GIT_")}
    assert not kept & {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to someone else")
def test_foreign_owner_tells_what_to_type(repo: Repo) -> None:
    subprocess.run(["chown", "-R", "12345", str(repo.directory)], check=True)
    with pytest.raises(GitError) as caught:
        repo.find()
    assert "safe.directory" in caught.value.hint
    repo.git("config", "--global", "safe.directory", str(repo.directory))
    assert repo.find() is not None


def test_missing_git_tells_what_to_do(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(GitError, match="cannot start git"):
        repo.find()
