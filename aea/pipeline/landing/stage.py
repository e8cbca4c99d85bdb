"""Refresh the landings of commits off the mainline, after commits arrived on it, left it or were rewritten."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from aea import clock
from aea.pipeline.dirty import drain
from aea.pipeline.landing import queries, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aea.pipeline.landing.rules import Commit, MainlineCommit
    from aea.store.engine.db import Connection


class _Dirty(NamedTuple):
    """Keys of commits whose landing may have changed."""

    lost: set[int]  # a stored landing of these does not count any more
    heads: set[int]  # branches that end with these may be in a new squash
    others: set[int]  # a commit with the same patch arrived, or one that replaces these


def refresh(connection: Connection) -> int:
    """Find the landings of all dirty commits, then of those they replaced. Returns how many commits."""
    now = clock.now_ms()
    dirty = _list_dirty(connection)
    commits = queries.list_off_mainline(connection, set().union(*dirty))
    lost = {commit for commit in commits if commit.commit_id in dirty.lost}
    heads = [commit for commit in commits if commit.commit_id in dirty.heads]
    squashes = _find_squashes(connection, lost, heads)
    count = 0
    while commits:
        count += len(commits)
        changed = _write_landings(connection, {*commits, *squashes}, squashes, lost, now)
        commits = queries.list_off_mainline(connection, changed)
        lost, squashes = set(), {}
    return count


def _list_dirty(connection: Connection) -> _Dirty:
    dirty = _Dirty(set(), set(), set())
    arrived: dict[int, list[int]] = {}
    for commit_id, repository_id in drain(connection, "dirty_arrival"):
        arrived.setdefault(repository_id, []).append(commit_id)
    for repository_id, commit_ids in arrived.items():
        queries.delete_landings(connection, commit_ids)
        if len(commit_ids) > rules.MANY_ARRIVALS:
            dirty.lost.update(queries.list_all(connection, repository_id))
            continue
        for commit_id in commit_ids:
            dirty.heads.update(_list_heads(connection, commit_id))
            dirty.others.update(queries.list_same_patch(connection, commit_id))
            dirty.others.update(queries.list_replaced(connection, commit_id))
    dirty.lost.update(key for (key,) in drain(connection, "dirty_landing"))
    return dirty


def _list_heads(connection: Connection, arrived_id: int) -> list[int]:
    """The commits up to which a commit that arrived may be a squash: they have lines in common."""
    arrived = queries.read_changes(connection, arrived_id)
    return [
        commit_id
        for commit_id, file_id in queries.list_touching(connection, arrived_id)
        if rules.may_be_squash(
            rules.nontrivial_lines(queries.read_changes(connection, commit_id), file_id),
            rules.nontrivial_lines(arrived, file_id),
        )
    ]


def _find_squashes(
    connection: Connection, lost: Iterable[Commit], heads: Iterable[Commit]
) -> dict[Commit, MainlineCommit]:
    """The earliest squash of each commit, from the branches that end with a head or pass a lost commit."""
    branches = _Branches(connection)
    found: dict[Commit, MainlineCommit] = {}
    for head in dict.fromkeys([*_list_descendants(connection, lost), *heads]):
        squash = branches.find_squash(head)
        for commit in branches.list_commits(head) if squash else ():
            found[commit] = rules.earliest(found.get(commit), squash) or found[commit]
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
    """Store what became of commits, latest first. Returns the commits replaced by those that changed."""
    replaced: set[int] = set()
    for commit in sorted(commits, key=lambda one: one.order, reverse=True):
        stored = (
            None if commit in lost else queries.find_stored_squash(connection, commit.commit_id)
        )
        landing = rules.choose_landing(
            queries.find_rewrite(connection, commit),
            queries.find_same_patch(connection, commit),
            rules.earliest(squashes.get(commit), stored),
        )
        if queries.write_landing(connection, commit, landing, now):
            replaced.update(queries.list_replaced(connection, commit.commit_id))
    return replaced


class _Branches:
    """The branches off the mainline, by their last commit. Rows that many branches share are kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._changes = lru_cache(maxsize=4096)(partial(queries.read_changes, connection))
        self._parents = lru_cache(maxsize=4096)(partial(queries.list_parents, connection))
        self._lines = lru_cache(maxsize=16384)(
            lambda commit_id, file_id: rules.nontrivial_lines(self._changes(commit_id), file_id)
        )

    def list_commits(self, head: Commit) -> set[Commit]:
        """The commits off the mainline that a head contains, within the window, itself included."""
        found = {head}
        waiting = [head]
        while waiting and len(found) < rules.MAX_BRANCH:
            for parent in self._parents(waiting.pop()):
                if parent not in found and parent.order[0] >= head.order[0] - rules.WINDOW_MS:
                    found.add(parent)
                    waiting.append(parent)
        return found

    def find_squash(self, head: Commit) -> MainlineCommit | None:
        """The first commit of the mainline that holds the branch up to its head."""
        file_id = rules.largest_file(self._changes(head.commit_id))
        if file_id is None:
            return None
        lines = self._lines(head.commit_id, file_id)
        later = queries.list_later_mainline(self._connection, head, file_id)
        similar = [
            one for one in later if rules.is_similar(lines, self._lines(one.commit_id, file_id))
        ]
        if not similar:  # most often: spare the walk down the branch
            return None
        branch = sorted(self.list_commits(head), key=lambda one: one.order)
        return rules.find_squash(
            (self._changes(one.commit_id) for one in branch),
            ((one, self._changes(one.commit_id)) for one in similar),
        )
