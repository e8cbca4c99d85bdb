"""Refresh the landings of commits off the mainline, after commits arrived on it, left it or were rewritten."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from aea import clock
from aea.pipeline.landing import queries, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aea.pipeline.dirty import DirtyKeys
    from aea.pipeline.landing.rules import Commit, MainlineCommit
    from aea.store.engine.db import Connection


class _Concerned(NamedTuple):
    """Keys of commits whose landing may have changed."""

    lost: set[int]  # a stored squash of these does not count any more
    heads: set[int]  # branches that end with these may be in a new squash
    others: set[int]  # a commit with the same patch arrived, or one that replaces these


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Find the landings of all dirty commits, then of those they replaced."""
    now = clock.now_ms()
    concerned = _list_concerned(connection, dirty["dirty_arrival"])
    concerned.lost.update(commit_id for (commit_id,) in dirty["dirty_landing"])
    commits = queries.list_off_mainline(connection, set().union(*concerned))
    lost = {commit for commit in commits if commit.commit_id in concerned.lost}
    heads = [commit for commit in commits if commit.commit_id in concerned.heads]
    squashes = _find_squashes(connection, lost, heads)
    while commits:
        replaced = _write_landings(connection, {*commits, *squashes}, squashes, lost, now)
        commits = queries.list_off_mainline(connection, replaced)
        lost, squashes = set(), {}


def _list_concerned(connection: Connection, arrivals: Iterable[tuple[int, int]]) -> _Concerned:
    """The commits that may have landed with (commit, repository) that arrived on the mainline."""
    concerned = _Concerned(set(), set(), set())
    arrived: dict[int, list[int]] = {}
    for commit_id, repository_id in arrivals:
        arrived.setdefault(repository_id, []).append(commit_id)
    for repository_id, commit_ids in arrived.items():
        queries.delete_landings(connection, commit_ids)
        if len(commit_ids) > rules.MANY_ARRIVALS:
            concerned.lost.update(queries.list_all(connection, repository_id))
            continue
        for commit_id in commit_ids:
            change = queries.read_change(connection, commit_id)
            others = queries.list_touching(connection, commit_id)
            concerned.heads.update(rules.list_heads(change, others))
            concerned.others.update(queries.list_same_patch(connection, commit_id))
            concerned.others.update(queries.list_replaced(connection, commit_id))
    return concerned


def _find_squashes(
    connection: Connection, lost: Iterable[Commit], heads: Iterable[Commit]
) -> dict[Commit, MainlineCommit]:
    """The earliest squash of each commit of the branches that end with a head or contain a lost commit."""
    reader = queries.BranchReader(connection)
    found: dict[Commit, MainlineCommit] = {}
    for head in dict.fromkeys([*_list_descendants(connection, lost), *heads]):
        change = reader.read_head(head)
        list_later, read_branch = (
            partial(reader.list_later, head),
            partial(reader.read_branch, head),
        )
        squash = rules.find_squash(change, list_later, read_branch)
        if squash is None:
            continue
        for commit in reader.list_commits(head):
            found[commit] = min(squash, found.get(commit, squash))
    return found


def _list_descendants(connection: Connection, lost: Iterable[Commit]) -> list[Commit]:
    """The lost commits and all that come after them on a branch off the mainline."""
    by_repository: dict[int, list[Commit]] = {}
    for commit in lost:
        by_repository.setdefault(commit.repository_id, []).append(commit)
    found: list[Commit] = []
    for repository_id, commits in by_repository.items():
        since = min(commit.order[0] for commit in commits)
        later = queries.list_since(connection, repository_id, since)
        found += rules.list_descendants(later, commits)
    return found


def _write_landings(
    connection: Connection,
    commits: Iterable[Commit],
    squashes: Mapping[Commit, MainlineCommit],
    lost: set[Commit],
    now: int,
) -> set[int]:
    """Store where commits landed, latest first. Returns the commits replaced by those that changed."""
    replaced: set[int] = set()
    for commit in sorted(commits, key=lambda one: one.order, reverse=True):
        known = queries.read_landings(connection, commit, is_lost=commit in lost)
        landing = rules.choose_landing(known, squashes.get(commit))
        if queries.write_landing(connection, commit, landing, now):
            replaced.update(queries.list_replaced(connection, commit.commit_id))
    return replaced
