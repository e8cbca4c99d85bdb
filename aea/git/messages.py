"""Read commit messages again. They are not stored, but new task patterns need them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from aea import tasks
from aea.git.command import run
from aea.git.merges import parse_merged_branch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aea.git.discover import Repository

_BATCH = 2000


@lru_cache(maxsize=16)
def compile_task_rules(patterns: tuple[str, ...]) -> tuple[tasks.Rules, list[str]]:
    """Compile `Repository.task_patterns`. Returns the rules and the errors found."""
    return tasks.compile_rules(patterns)


def parse_task_mentions(repository: Repository, message: bytes) -> tuple[tasks.Mention, ...]:
    """Return the tasks that a message names, by the rules of its repository."""
    rules, _ = compile_task_rules(repository.task_patterns)
    return tasks.find_mentions(message, rules, parse_merged_branch(message))


def read_mentions(
    repository: Repository, shas: Sequence[str]
) -> Iterator[tuple[str, tuple[tasks.Mention, ...]]]:
    """Yield (sha, tasks named in its message) of the commits that exist, 2,000 per process."""
    args = ("log", "--no-walk=unsorted", "--stdin", "--ignore-missing", "-z", "--format=%H%n%B")
    git_dir = repository.common_dir
    for batch in (shas[first : first + _BATCH] for first in range(0, len(shas), _BATCH)):
        names = "".join(f"{sha}\n" for sha in batch).encode()
        output = run(args, git_dir, git_dir=git_dir, data=names)
        for entry in output.split(b"\0"):
            sha, _, message = entry.partition(b"\n")
            if sha:
                yield sha.decode("ascii"), parse_task_mentions(repository, message)
