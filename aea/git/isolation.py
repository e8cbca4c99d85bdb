"""A git directory of our own over a repository's objects.

Commands that read the work tree convert its files, which may start a filter, and follow settings that may name missing
files. Git finds neither here: it sees the objects, the index and the attributes, and of all settings those that say in
which form the work tree holds a file.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from aea.git.discover import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.git.discover import Repository

_FORM = (
    "core.attributesfile",
    "core.autocrlf",
    "core.eol",
    "core.ignorecase",
    "core.precomposeunicode",
    "core.symlinks",
)


@contextmanager
def isolate(repository: Repository, head: str, directory: str) -> Iterator[dict[str, str]]:
    """Yield the environment in which git in `directory` has the commit `head` checked out."""
    with TemporaryDirectory(prefix="aea-git-") as view:
        _fill(view, repository, head)
        own = {
            "GIT_DIR": view,
            "GIT_OBJECT_DIRECTORY": os.path.join(repository.common_dir, "objects"),
            "GIT_CONFIG_GLOBAL": os.path.join(view, "none"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        if repository.worktree:
            own["GIT_WORK_TREE"] = repository.worktree
        yield own | _variables(_form(directory))


def _fill(view: str, repository: Repository, head: str) -> None:
    for name in ("refs", "info"):
        os.mkdir(os.path.join(view, name))
    _write(view, "HEAD", head)
    _write(
        view,
        "config",
        "[core]\nrepositoryFormatVersion = 1\n"
        f"[extensions]\nobjectFormat = {repository.object_format}",
    )
    git_dir, common_dir = repository.git_dir, repository.common_dir
    shared = [name for name in os.listdir(git_dir) if name.startswith("sharedindex.")]
    for name in ("index", "MERGE_HEAD", *shared):
        _link(git_dir, view, name)
    for name in ("shallow", "info/attributes"):
        _link(common_dir, view, name)


def _write(view: str, name: str, content: str) -> None:
    with open(os.path.join(view, name), "w", encoding="utf-8") as file:
        file.write(f"{content}\n")


def _link(source: str, view: str, name: str) -> None:
    if os.path.isfile(os.path.join(source, name)):
        os.symlink(os.path.join(source, name), os.path.join(view, name))


def _form(directory: str) -> dict[str, str]:
    """Return the settings that decide in which form the work tree holds a file."""
    settings = read_settings(directory)
    found = {name: os.path.expanduser(settings[name][-1]) for name in _FORM if name in settings}
    return {name: value for name, value in found.items() if not value.startswith("~")}


def _variables(settings: dict[str, str]) -> dict[str, str]:
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return variables
