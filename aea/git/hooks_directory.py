"""Where git looks for the hooks of a repository, and whether we may write there."""

from __future__ import annotations

import os
from typing import NamedTuple

from aea.errors import GitError
from aea.git.command import attempt, run
from aea.git.discover import Repository, find_repository


class HooksDirectory(NamedTuple):
    """Where git looks for the hooks of a repository."""

    path: str
    setting: str | None  # origin of core.hooksPath: `global (file:/home/me/.gitconfig)`
    is_private: bool  # used by this repository only, and not tracked: we may write there
    usual: str  # where git looks without core.hooksPath
    top: str  # the directory in which hooks run

    def is_off(self) -> bool:
        """Return True if core.hooksPath=/dev/null or the like turns hooks off."""
        return os.path.lexists(self.path) and not os.path.isdir(self.path)

    def is_husky(self) -> bool:
        """Return True if husky generates the directory that git looks in."""
        return os.path.basename(self.path) == "_" and any(
            os.path.isfile(os.path.join(self.path, name)) for name in ("h", "husky.sh")
        )

    def editable(self, hook: str) -> str:
        """Return the file that a person edits."""
        directory = os.path.dirname(self.path) if self.is_husky() else self.path
        return os.path.join(directory, hook)

    def kind(self) -> str:
        """Say in one or two words why the directory is not ours to write to."""
        if self.is_off():
            return "no directory: core.hooksPath turns hooks off"
        return "husky's" if self.is_husky() else "tracked or shared"


def repository_of(directory: str) -> Repository:
    """Return the repository that contains a directory. Raises GitError if there is none."""
    repository = find_repository(directory)
    if repository is None:
        raise GitError(
            f"{directory} is not in a git repository", "give the path of a directory inside one"
        )
    return repository


def top(repository: Repository) -> str:
    """Return the directory in which hooks run. A relative core.hooksPath starts here."""
    return repository.worktree or repository.git_dir


def find(repository: Repository) -> HooksDirectory:
    """Ask git for the hooks directory of a repository."""
    here = top(repository)
    output = run(["rev-parse", "--path-format=absolute", "--git-path", "hooks"], here)
    directory = os.path.normpath(os.path.join(here, os.fsdecode(output[:-1])))
    args = ["config", "--null", "--show-scope", "--show-origin", "--get", "core.hooksPath"]
    fields = os.fsdecode(attempt(args, here).stdout).split("\0")
    scope, origin = (fields[0], fields[1]) if len(fields) >= 3 else (None, "")
    setting = f"{scope} ({origin})" if scope else None
    usual = os.path.join(repository.common_dir, "hooks")
    is_private = _is_private(repository, directory, scope)
    return HooksDirectory(directory, setting, is_private, usual, here)


def _is_private(repository: Repository, directory: str, scope: str | None) -> bool:
    real = os.path.realpath(directory)
    if os.path.lexists(real) and not os.path.isdir(real):
        return False  # core.hooksPath=/dev/null turns hooks off
    if _is_inside(real, repository.common_dir):
        return True
    if scope not in (None, "local", "worktree"):
        return False  # shared with other repositories
    return is_untracked(real)


def is_untracked(directory: str) -> bool:
    """Return True if a directory is in no work tree: inside a git directory, or in no repository."""
    holder = find_repository(directory)
    return holder is None or _is_inside(os.path.realpath(directory), holder.common_dir)


def _is_inside(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip(os.sep) + os.sep)
