"""Find commits whose change is on the mainline though they are not: rewritten, copied, or squashed.

squash.1: a commit of the mainline holds what a branch changed in all, up to some commit of the branch: every
line of a few, four fifths of more; it came later, within 90 days. Then all commits of the branch up to there
have landed with it, also those whose lines a later one took back.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.landing import queries
from aea.pipeline.landing.queries import WINDOW_MS, Landing
from aea.pipeline.landing.rules import Net, meaningful
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.pipeline.landing.queries import Candidate, Off
    from aea.store.engine.db import Connection

_MANY = 64  # arrivals in one go: then every commit off the mainline is looked at
_MAX_CHAIN = 200  # commits of a branch, and commits of the mainline that are compared with it


def refresh(connection: Connection) -> int:
    """Bring landings up to date after commits arrived or changed; the caller holds the transaction."""
    arrived: dict[int, list[int]] = {}
    for key, repository_id in db.rows(connection, "SELECT * FROM dirty_arrival"):
        arrived.setdefault(repository_id, []).append(key)
    connection.execute("DELETE FROM dirty_arrival")
    work = _Work(connection)
    for repository_id, commit_ids in arrived.items():
        work.add_behind(repository_id, commit_ids)
    work.lost.update(key for (key,) in db.rows(connection, "SELECT commit_key FROM dirty_landing"))
    connection.execute("DELETE FROM dirty_landing")
    return work.run()


class _Work:
    """The commits whose landing may have changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._now = clock.now_ms()
        self.lost: set[int] = set()  # nothing is known of these any more, or not yet
        self._tips: set[int] = set()  # branches up to these may be in a new squash
        self._met: set[int] = set()  # these have a new copy, or a new commit in their place

    def add_behind(self, repository_id: int, arrived: list[int]) -> None:
        """What may have landed with commits that are new on the mainline."""
        queries.forget(self._connection, arrived)
        if len(arrived) > _MANY:
            off = queries.list_off(self._connection, repository_id, -(1 << 62))
            self.lost.update(commit.commit_id for commit in off)
            return
        for commit_id in arrived:
            self._tips.update(_sharing(self._connection, commit_id))
            self._met.update(queries.equals_of(self._connection, commit_id))
            self._met.update(queries.replaced_by(self._connection, commit_id))

    def run(self) -> int:
        """Look up all of them, then the commits they replaced; returns how many were looked up."""
        done = 0
        while keys := self.lost | self._tips | self._met:
            commits = [queries.read_commit(self._connection, key) for key in sorted(keys)]
            off = [one for one in commits if one is not None and not one.is_on_mainline]
            lost, tips = self.lost, self._tips
            self.lost, self._tips, self._met = set(), set(), set()
            done += len(off)
            for repository_id in {one.repository_id for one in off}:
                here = [one for one in off if one.repository_id == repository_id]
                squashes = Squashes(
                    self._connection, [one for one in here if one.commit_id in lost]
                )
                squashes.take(one for one in here if one.commit_id in tips)
                self._settle(squashes.landings(here))
        return done

    def _settle(self, found: Iterable[tuple[Off, Landing | None]]) -> None:
        for commit, squash in found:
            told = (
                queries.by_rewrite(self._connection, commit)
                or queries.by_patch(self._connection, commit)
                or squash
            )
            if queries.write_landing(self._connection, commit, told, self._now):
                self._met.update(queries.replaced_by(self._connection, commit.commit_id))


def _sharing(connection: Connection, commit_id: int) -> list[int]:
    """The commits off the mainline with lines of a new one on it: only up to these can it be a squash."""
    changes = queries.read_changes(connection, commit_id)
    lines = {change.file_id: meaningful([change], change.file_id) for change in changes}
    found = []
    for other, file_id in queries.touching(connection, commit_id):
        mine = meaningful(queries.read_changes(connection, other), file_id)
        if not mine or mine & lines[file_id]:
            found.append(other)
    return found


class Squashes:
    """Which commits of one repository a squash holds, with the commits before them on their branch."""

    def __init__(self, connection: Connection, lost: list[Off]) -> None:
        self._connection = connection
        self._lost = set(lost)
        self._found: dict[Off, Candidate] = {}
        self._changes = lru_cache(maxsize=4096)(partial(queries.read_changes, connection))
        self._meaningful = lru_cache(maxsize=16384)(
            lambda commit_id, file_id: meaningful(self._changes(commit_id), file_id)
        )
        self._parents = lru_cache(maxsize=4096)(partial(queries.read_parents, connection))
        self.take(self._above(lost))

    def take(self, tips: Iterable[Off]) -> None:
        """A squash of the branch up to a tip is one of all the commits in it: the first one counts."""
        for tip in tips:
            found = self._squash(tip)
            for commit in self._chain(tip) if found else ():
                known = self._found.get(commit)
                if found and (known is None or found.order < known.order):
                    self._found[commit] = found

    def landings(self, asked: Iterable[Off]) -> list[tuple[Off, Landing | None]]:
        """Of the commits asked for, and of those that a squash of them holds too; latest first."""
        told = [(one, self._landing(one)) for one in {*asked, *self._found}]
        return sorted(told, key=lambda pair: pair[0].order, reverse=True)

    def _landing(self, commit: Off) -> Landing | None:
        """What is stored stands, unless it is lost or this one is earlier."""
        found = self._found.get(commit)
        is_lost = commit in self._lost
        stored = None if is_lost else queries.read_candidate(self._connection, commit.commit_id)
        if stored is not None and (found is None or stored.order < found.order):
            found = stored
        return Landing(found.commit_id, "squash", found.occurred_at) if found else None

    def _above(self, commits: list[Off]) -> Iterator[Off]:
        """The commits and all off the mainline that come after them on a branch."""
        if not commits:
            return
        reached = {one.sha for one in commits}
        since = min(one.order[0] for one in commits)
        for tip in queries.list_off(self._connection, commits[0].repository_id, since):
            if tip.sha in reached or not reached.isdisjoint(tip.parent_shas):
                reached.add(tip.sha)
                yield tip

    def _squash(self, tip: Off) -> Candidate | None:
        own = Net()
        own.take(self._changes(tip.commit_id))
        lead = own.lead_file()
        if lead is None:
            return None
        mine = meaningful(self._changes(tip.commit_id), lead)
        near = [  # a squash has the latest commit's lines, too: half of them at least
            one
            for one in queries.later_on_mainline(self._connection, tip, lead)[:_MAX_CHAIN]
            if 2 * len(mine & self._meaningful(one.commit_id, lead)) >= len(mine)
        ]
        net = self._net(tip) if near else own
        return next((one for one in near if net.is_in(self._changes(one.commit_id))), None)

    def _net(self, tip: Off) -> Net:
        net = Net()
        for commit in sorted(self._chain(tip), key=lambda one: one.order):
            net.take(self._changes(commit.commit_id))
        return net

    def _chain(self, tip: Off) -> set[Off]:
        """The commits off the mainline that lead to `tip`, with it."""
        chain = {tip}
        waiting = [tip]
        while waiting and len(chain) < _MAX_CHAIN:
            parents = self._parents(waiting.pop())
            new = [one for one in parents if one.order[0] >= tip.order[0] - WINDOW_MS]
            waiting += set(new) - chain
            chain.update(new)
        return chain
