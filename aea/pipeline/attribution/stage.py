"""Match the lines of the commits whose evidence changed: in commit order, each commit once.

A commit depends on the writes to its files before it and on the matches of the commits of these files
before it. So a late write begins with the commits it may explain, a new commit with itself; and where the
matches of a commit change, the later commits of its files follow.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.attribution import lineage as threads
from aea.pipeline.attribution import queries as matches
from aea.pipeline.attribution.candidates import Asked
from aea.pipeline.attribution.rules import match
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.pipeline.attribution.lineage import CommitRow, Order
    from aea.store.engine.db import Connection

_MANY = 1_000  # commits: from here on it is worth asking whether these are all


def refresh(connection: Connection) -> int:
    """Bring every line match up to date; the caller holds the transaction. Returns the commits matched."""
    work = _Work(connection)
    for (commit_id,) in db.rows(connection, "SELECT commit_key FROM dirty_match_commit"):
        work.add(commit_id, is_new=True)
    for file_id, first, last in db.rows(connection, "SELECT * FROM dirty_match_file"):
        work.add_behind_writes(file_id, first, last)
    connection.execute("DELETE FROM dirty_match_commit")
    connection.execute("DELETE FROM dirty_match_file")
    return work.run()


class _Work:
    """The commits still to be matched, first in order first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queue: list[tuple[Order, int]] = []
        self._commits: dict[int, CommitRow] = {}
        self._new: set[int] = set()
        self._waiting: set[int] = set()
        self._is_all = False  # every commit there is will be matched anyway
        self._now = clock.now_ms()

    def add(self, commit_id: int, *, is_new: bool = False) -> None:
        """Match a commit; a new one also has those behind it matched."""
        if is_new:
            self._new.add(commit_id)
        if commit_id in self._waiting:
            return
        commit = threads.read_commit(self._connection, commit_id)
        if commit is not None:
            self._waiting.add(commit_id)
            self._commits[commit_id] = commit
            heappush(self._queue, (commit.order, commit_id))

    def add_behind_writes(self, file_id: int, first: int, last: int) -> None:
        """The commits that writes to a file between two instants may explain."""
        for name in threads.later_names(self._connection, file_id):
            for commit_id in threads.commits_of_writes(self._connection, name, first, last):
                self.add(commit_id)

    def run(self) -> int:
        """Match all of them; returns how many that were."""
        if len(self._waiting) >= _MANY:
            (count,) = self._connection.execute("SELECT count(*) FROM fact_commit").fetchall()[0]
            self._is_all = len(self._waiting) == count
        done = 0
        while self._queue:
            _, commit_id = heappop(self._queue)
            self._waiting.discard(commit_id)
            self._match(self._commits.pop(commit_id))
            done += 1
        return done

    def _match(self, commit: CommitRow) -> None:
        asked = Asked(self._connection, commit)
        is_new = commit.commit_id in self._new
        is_changed = is_new
        is_open = threads.may_match(self._connection, commit)
        for file in asked.files:
            claims = match(asked.question(file)) if is_open and file.added_hashes else []
            asked.hold(claims)
            wrote = matches.write_claims(self._connection, commit, file.file_id, claims, self._now)
            is_changed |= wrote
            if (wrote or is_new) and not self._is_all:
                self._add_behind(file.file_id, commit.order)
        if is_changed and asked.files:
            matches.write_shares(self._connection, commit.commit_id, self._now)

    def _add_behind(self, file_id: int, order: Order) -> None:
        for name in threads.later_names(self._connection, file_id):
            for commit_id in threads.commits_behind(self._connection, name, order):
                self.add(commit_id)
