"""Commit messages read again: they are not stored, so new patterns of tasks need them once more."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from aea import tasks
from aea.git.command import run
from aea.git.merges import merged_branch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aea.git.discover import Repository

_BATCH = 2000


@lru_cache(maxsize=16)
def task_rules(patterns: tuple[str, ...]) -> tuple[tasks.Rules, list[str]]:
    """The rules of `Repository.task_patterns`, and what is wrong with them."""
    return tasks.read_rules(patterns)


def task_mentions(repository: Repository, message: bytes) -> tuple[tasks.Mention, ...]:
    """The tasks that a message names by the rules of its repository."""
    rules, _ = task_rules(repository.task_patterns)
    return tasks.mentions(message, rules, merged_branch(message))


def read_mentions(
    repository: Repository, shas: Sequence[str]
) -> Iterator[tuple[str, tuple[tasks.Mention, ...]]]:
    """(sha, tasks that its message names) of those commits that are here, in one process for 2,000."""
    args = ("log", "--no-walk=unsorted", "--stdin", "--ignore-missing", "-z", "--format=%H%n%B")
    git_dir = repository.common_dir
    for some in (shas[first : first + _BATCH] for first in range(0, len(shas), _BATCH)):
        told = run(
            args, git_dir, git_dir=git_dir, data="".join(f"{sha}\n" for sha in some).encode()
        )
        for entry in told.split(b"\0"):
            sha, _, message = entry.partition(b"\n")
            if sha:
                yield sha.decode("ascii"), task_mentions(repository, message)
