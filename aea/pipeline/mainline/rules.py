"""Choose the head of the mainline, and decide with which commit of the trunk each commit arrived.

The trunk is the chain of first parents below the head. Every other reachable commit arrived with the first commit
of the trunk that contains it (docs/mainline.md, rule mainline.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Head(NamedTuple):
    """A ref of the mainline and the commit it points to."""

    ref_name: str
    sha: str
    order: tuple[int, int]  # ordered_at, depth


class Commit(NamedTuple):
    """A commit with its parents and its present place on the mainline."""

    commit_id: int
    parent_shas: tuple[str, ...]
    ordered_at: int  # UTC milliseconds, never before a parent's
    position: int | None  # on the trunk, of the commit it arrived with; None: not on the mainline
    is_trunk: bool


class History(NamedTuple):
    """The commits of a mainline that have no valid place yet."""

    trunk: list[Commit]  # new commits of the trunk, oldest first
    base: int  # position of the commit below them; -1: none
    commits: dict[str, Commit]  # by sha: the reachable commits without a place, and their parents


class Placement(NamedTuple):
    """The place of one commit on the mainline."""

    commit_id: int
    trunk_id: int  # the commit of the trunk that it arrived with, or itself
    position: int
    is_cut: bool  # a parent is unknown (shallow clone, --since)
    arrived_at: int  # UTC milliseconds


def choose_head(heads: Sequence[Head]) -> Head | None:
    """The head that contains the others; the latest one while they differ; None without heads."""
    by_name = sorted(heads)
    return max(by_name, key=lambda head: (*head.order, head.sha), default=None)


def short_name(ref_name: str) -> str:
    """The branch of a ref, without the name of its remote."""
    parts = ref_name.split("/")
    return "/".join(parts[2:] if parts[1] == "heads" else parts[3:])


def place_commits(history: History) -> Iterator[Placement]:
    """Place each new commit of the trunk, and every commit that it is the first to contain."""
    placed: set[int] = set()
    for position, trunk in enumerate(history.trunk, history.base + 1):
        waiting = [trunk]
        while waiting:
            commit = waiting.pop()
            if commit.commit_id in placed:
                continue
            placed.add(commit.commit_id)
            parents = [history.commits.get(sha) for sha in commit.parent_shas]
            waiting += [one for one in parents if one and is_new(one, history.base)]
            is_cut = None in parents
            yield Placement(commit.commit_id, trunk.commit_id, position, is_cut, trunk.ordered_at)


def is_new(commit: Commit, base: int) -> bool:
    """Whether a commit has no place, or one above a position that is about to be deleted."""
    return commit.position is None or commit.position > base
