"""Small git repositories with fixed identities and dates, made by real git."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from aea.git.discover import Repository, find_repository

if TYPE_CHECKING:
    from pathlib import Path

START = 1_700_000_000
NO_SETTINGS = "/nonexistent/gitconfig"  # no device: git, as root, would replace it
_FIXED = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Bob",
    "GIT_COMMITTER_EMAIL": "bob@example.org",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
}
_SETTINGS = {
    "protocol.file.allow": "always",
    "init.defaultBranch": "main",
    "core.fsync": "none",
    "maintenance.auto": "false",  # a process less for each commit
}
_FIXED["GIT_CONFIG_COUNT"] = str(len(_SETTINGS))
for _number, (_name, _value) in enumerate(_SETTINGS.items()):
    _FIXED |= {f"GIT_CONFIG_KEY_{_number}": _name, f"GIT_CONFIG_VALUE_{_number}": _value}


def environment() -> dict[str, str]:
    """The environment of git in tests: nothing of the user's, except what a test set on purpose."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    config = os.environ.get("GIT_CONFIG_GLOBAL", NO_SETTINGS)
    return kept | _FIXED | {"GIT_CONFIG_GLOBAL": config}


class Repo:
    """A repository in a directory; every commit is one minute after the one before."""

    def __init__(self, directory: Path, *, clock: int = START) -> None:
        self.directory = directory
        self.clock = clock

    def git(self, *args: str, data: bytes = b"", check: bool = True, **extra: str) -> str:
        """The output of git in this repository, without its last line feed."""
        date = f"{self.clock} +0100"
        dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        done = subprocess.run(
            ["git", *args],
            cwd=self.directory,
            env=environment() | dates | extra,
            input=data,
            capture_output=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"git {args}: {done.stderr.decode(errors='replace')}")
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, name: str, content: bytes | str) -> None:
        """Write a file of the work tree."""
        path = os.path.join(os.fsencode(self.directory), os.fsencode(name))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str = "change", author: str = "Ada") -> str:
        """Commit everything; the new sha."""
        self.clock += 60
        self.git("add", "-A")
        options = ("-q", "--allow-empty", "--allow-empty-message", "-m", message)
        self.git("commit", *options, GIT_AUTHOR_NAME=author)
        return self.git("rev-parse", "HEAD")

    def change(self, files: dict[str, bytes | str | None], message: str = "change") -> str:
        """Write files (None deletes one) and commit."""
        for name, content in files.items():
            if content is None:
                (self.directory / name).unlink()
            else:
                self.write(name, content)
        return self.commit(message)

    def merge(self, *branches: str, files: dict[str, bytes | str] | None = None) -> str:
        """Merge; `files` are the resolution, or what the merge adds of its own."""
        self.clock += 60
        self.git("merge", "-q", "--no-ff", "--no-commit", *branches, check=False)
        for name, content in (files or {}).items():
            self.write(name, content)
        return self.commit("merge")

    def find(self) -> Repository:
        """The repository as aea sees it."""
        found = find_repository(os.fspath(self.directory))
        assert found is not None
        return found


def make_repo(directory: Path, *options: str) -> Repo:
    """A new, empty repository."""
    directory.mkdir(parents=True, exist_ok=True)
    repo = Repo(directory)
    repo.git("init", "-q", *options)
    return repo


def clone(source: Path | str, directory: Path, *options: str) -> Repo:
    """A clone of a repository."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    parent = Repo(directory.parent)
    parent.git("clone", "-q", *options, os.fspath(source), os.fspath(directory))
    return Repo(directory)
