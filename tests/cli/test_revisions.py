"""Every command that takes a commit takes what git takes, and nothing that git would take as an option."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import aea, answer
from tests.support.database import ingest
from tests.support.repos import Repo, clone, make_repo
from tests.support.sessions import START

NAMES = (
    "HEAD~1",
    "@~",
    "main~1",
    "first",
    "annotated",
    "v1",
    "refs/tags/annotated",
    "@{u}",
    "main@{1}",
    "HEAD^{/one}",
    ":/one",
    "v1^{commit}",
    "annotated-0-gSHORT",
)


@pytest.fixture
def repo(home: Path) -> Repo:
    """Two commits; many names for the first."""
    origin = make_repo(home / "origin")
    origin.clock = START
    sha = origin.change({"a.py": "x = 1\n"}, "one")
    repo = clone(origin.directory, home / "repo")
    repo.clock = START + 60
    repo.git("branch", "first")
    repo.git("tag", "v1")
    repo.git("tag", "-a", "-m", "words", "annotated", sha)
    repo.change({"a.py": "x = 1\ny = 2\n"}, "two")
    ingest(directory=str(repo.directory))
    return repo


def _said(command: str, name: str, directory: Path) -> str:
    told = answer(*command.split(), name, cwd=directory)
    if command == "show":
        return str(told["commit"])
    if command == "why":
        return str(told["commit"][0]["commit_sha"])
    (line,) = told["lines"]
    return str(line["commit"])


@pytest.mark.parametrize("command", ["show", "why", "blame a.py --at"])
def test_a_commit_has_every_name_that_git_knows(repo: Repo, command: str) -> None:
    sha = repo.git("rev-parse", "HEAD~1")
    for name in (sha, sha[:7], *NAMES):
        assert _said(command, name.replace("SHORT", sha[:7]), repo.directory) == sha, name


@pytest.mark.parametrize("command", ["show", "why", "blame a.py --at"])
@pytest.mark.parametrize(
    "name",
    [
        "-x",
        "--output=made",
        "--all",
        "HEAD~9",
        "^HEAD",
        "HEAD..first",
        "HEAD:a.py",
        "",
        "*",
        "a?b[",
    ],
)
def test_what_is_no_commit_is_refused(repo: Repo, command: str, name: str) -> None:
    words = command.split()
    words = [*words[:-1], f"--at={name}"] if "--at" in words else [*words, "--", name]
    done = aea(*words, cwd=repo.directory)
    assert done.returncode == 1, done.stdout
    assert "Try" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (repo.directory / "made").exists()


@pytest.mark.parametrize("command", ["show", "why"])
def test_a_commit_that_is_not_read_yet(repo: Repo, command: str) -> None:
    sha = repo.git("commit-tree", "-m", "three", "HEAD^{tree}")  # on no branch and in no reflog
    done = aea(command, sha[:9], cwd=repo.directory)
    assert done.returncode == 1
    assert f"'{sha[:9]}' is commit {sha[:12]}, which is not read yet" in done.stderr


@pytest.mark.parametrize("command", ["show", "why"])
def test_outside_a_repository_a_sha_is_enough(repo: Repo, home: Path, command: str) -> None:
    sha = repo.git("rev-parse", "HEAD")
    assert _said(command, sha[:8].upper(), home) == sha
    assert aea(command, "HEAD", cwd=home).returncode == 1
