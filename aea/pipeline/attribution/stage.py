"""Match the lines of each commit whose evidence changed: in commit order, each commit once.

The match of a commit depends on the writes to its files before it, and on the matches of earlier commits of these
files. So a late write concerns the commits it may explain, a new commit itself; and where the match of a commit
changes, the later commits of its files follow (ADR 0014).
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.attribution import candidates, queries, rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.pipeline.attribution.model import Claim, Commit, CommitFile, Order
    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Match every dirty commit and those that follow from it."""
    now = clock.now_ms()
    new = {commit_id for (commit_id,) in dirty["dirty_match_commit"]}
    queue = _Queue(connection)
    queue.add(new)
    queue.add(commit_id for (commit_id,) in dirty["dirty_match_later"])
    for file_id, first, last in dirty["dirty_match_file"]:
        queue.add(queries.list_by_writes(connection, file_id, first, last))
    is_complete = len(queue) >= rules.MANY_COMMITS and queue.is_complete()
    while commit := queue.pop():
        changed = _match_commit(connection, commit, now, is_new=commit.commit_id in new)
        for file_id in changed if not is_complete else ():
            queue.add(queries.list_later(connection, file_id, commit.order))
        if dirty.is_over():
            break
    dirty.put_back("dirty_match_commit", ((one,) for one in queue.waiting & new))
    dirty.put_back("dirty_match_later", ((one,) for one in queue.waiting - new))


class _Queue:
    """The commits still to be matched, in commit order."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heap: list[tuple[Order, int, Commit]] = []
        self.waiting: set[int] = set()

    def __len__(self) -> int:
        return len(self._heap)

    def is_complete(self) -> bool:
        """Return True if every commit after the first one waits as well."""
        return len(self) == queries.count_from(self._connection, self._heap[0][0])

    def add(self, commit_ids: Iterable[int]) -> None:
        """Add the commits that exist and do not wait already."""
        for commit_id in commit_ids:
            if commit_id in self.waiting:
                continue
            commit = queries.find_commit(self._connection, commit_id)
            if commit is not None:
                self.waiting.add(commit_id)
                heappush(self._heap, (commit.order, commit_id, commit))

    def pop(self) -> Commit | None:
        """Remove the first commit in order; None when the queue is empty."""
        if not self._heap:
            return None
        *_, commit = heappop(self._heap)
        self.waiting.discard(commit.commit_id)
        return commit


def _match_commit(connection: Connection, commit: Commit, now: int, *, is_new: bool) -> list[int]:
    """Match the files of a commit. Returns the files whose later commits must be matched again."""
    files = candidates.list_files(connection, commit)
    changed = [
        file.file_id
        for file, claims in _match_files(connection, commit, files)
        if queries.write_claims(connection, commit, file.file_id, claims, now) or is_new
    ]
    if changed:
        queries.write_shares(connection, commit.commit_id, now)
    return changed


def _match_files(
    connection: Connection, commit: Commit, files: list[CommitFile]
) -> Iterable[tuple[CommitFile, list[tuple[int, Claim]]]]:
    """(file, claims by line number) of each file; no line of a write is used by two of them."""
    if not candidates.may_match(connection, commit):
        yield from ((file, []) for file in files)
        return
    reader = candidates.CommitCandidates(connection, commit, files)
    used: set[tuple[int, int]] = set()
    for file in files:
        claims = rules.match(reader.read_input(file, used)) if file.added_hashes else []
        used |= rules.list_used(claims)
        yield file, claims
