"""Hooks in git's configuration, which git 2.54 and newer read. An older git ignores the keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea import paths
from aea.errors import GitError
from aea.git import hook_script
from aea.git.command import attempt, run, version

if TYPE_CHECKING:
    from aea.git.discover import Repository

FIRST_VERSION = (2, 54)  # of git


def add(scope: str, directory: str) -> None:
    """Add the hooks to git's configuration."""
    hook_script.refresh_own_copy()
    command = hook_script.shell_word()
    run(["config", scope, "--replace-all", "hook.aea.command", command], directory)
    run(["config", scope, "--unset-all", "hook.aea.event"], directory, accept=(0, 5))
    for hook in hook_script.HOOKS:
        run(["config", scope, "--add", "hook.aea.event", hook], directory)


def is_set(scope: str, directory: str) -> bool:
    """Return True if the hooks are in git's configuration, whether this git reads them or not."""
    return attempt(["config", scope, "--get-regexp", r"^hook\.aea\."], directory).returncode == 0


def remove(scope: str, directory: str) -> bool:
    """Remove the hooks from git's configuration. Returns True if they were there."""
    done = attempt(["config", scope, "--remove-section", "hook.aea"], directory)
    return done.returncode == 0


def events(directory: str) -> set[str]:
    """Return the hooks that git runs by configuration; none for a git that ignores these settings."""
    named = attempt(["config", "--null", "--get-all", "hook.aea.event"], directory).stdout
    if not named or version() < FIRST_VERSION:
        return set()
    enabled = attempt(["config", "--type=bool", "--get", "hook.aea.enabled"], directory).stdout
    if enabled.strip() == b"false" or not os.access(paths.hook_script(), os.X_OK):
        return set()
    return set(named.decode("utf-8", "replace").split("\0"))


def refuse_devices(*files: str) -> None:
    """Git replaces its configuration file by a rename, also through links, which as root would replace /dev/null."""
    for path in files:
        if os.path.exists(path) and not os.path.isfile(path):
            raise GitError(
                f"git's configuration {path} is not a regular file, and git would replace it",
                "unset GIT_CONFIG_GLOBAL, or remove the link or device that stands for the file",
            )


def global_files() -> list[str]:
    """Return the candidates for the file that `git config --global` writes."""
    if named := os.environ.get("GIT_CONFIG_GLOBAL"):
        return [named]
    home = os.fspath(paths.home())
    settings = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    return [os.path.join(home, ".gitconfig"), os.path.join(settings, "git", "config")]


def local_file(repository: Repository) -> str:
    """Return the file that `git config --local` writes."""
    return os.path.join(repository.common_dir, "config")
