"""Which commits a merge or the tip of a branch speaks for: the commits of one branch down its first parents.

Of a tip those are as many as the branch had of its own when it was seen. Of a merge that names its branch they
reach from the second parent to the first commit that the first parent's history has already.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from aea import clock, tasks
from aea.pipeline.branches import queries
from aea.pipeline.branches.queries import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.pipeline.branches.queries import Anchor, Node
    from aea.store.engine.db import Connection

MAX_OWN = 1000  # a branch with more commits of its own is no branch of one task


def refresh(connection: Connection) -> int:
    """Bring branches and their commits up to date; the caller holds the transaction."""
    queries.classify(connection)
    anchors = queries.take_dirty_anchors(connection)
    for evidence, anchor_id in anchors:
        anchor = queries.find_anchor(connection, evidence, anchor_id)
        if anchor is None:
            queries.delete_chain(connection, evidence, anchor_id)
            continue
        steps = merge_steps(connection, anchor) if evidence == "merge" else None
        if steps is None:
            _list_tip(connection, anchor)
        else:
            queries.replace_chain(connection, anchor, steps, clock.now_ms())
    return len(anchors)


def _list_tip(connection: Connection, anchor: Anchor) -> None:
    """Only what is new on top of the chain as stored."""
    if not _owns(anchor):
        queries.replace_chain(connection, anchor, [], clock.now_ms())
        return
    new: list[Step] = []
    below = -1
    for step in tip_steps(connection, anchor):
        if queries.is_listed(connection, anchor, step):
            below = step.position
            break
        new.append(step)
    queries.extend_chain(connection, anchor, new, below, clock.now_ms())


def _owns(anchor: Anchor) -> bool:
    """The mainline's commits are known as such; a task has no thousand commits."""
    if anchor.branch_name == anchor.mainline:
        return False
    return anchor.own_count <= MAX_OWN or tasks.is_integration(anchor.branch_name, anchor.mainline)


def tip_steps(connection: Connection, anchor: Anchor) -> Iterator[Step]:
    """The branch's own commits, the tip first; positions count from the branch's first commit, from 1."""
    sha = anchor.commit_sha
    for position in range(anchor.own_count, 0, -1):
        node = queries.find_node(connection, anchor.repository_id, sha)
        yield Step(sha, position, node is None)
        if node is None or not node.parents:
            return
        sha = node.parents[0]


def merge_steps(connection: Connection, anchor: Anchor) -> list[Step]:
    """The commits that a merge brought from its branch, the last one first; positions count from 0."""
    merge = queries.find_node(connection, anchor.repository_id, anchor.commit_sha)
    if merge is None or len(merge.parents) != 2:
        return []
    history = _History(connection, anchor.repository_id, merge.parents[0])
    steps: list[Step] = []
    sha: str | None = merge.parents[1]
    while sha is not None:
        node = queries.find_node(connection, anchor.repository_id, sha)
        if node is None or history.holds(node):
            steps += [Step(sha, len(steps), is_gap=True)] if node is None else []
            break
        steps.append(Step(sha, len(steps), is_gap=False))
        sha = node.parents[0] if node.parents else None
    claimed = {step.sha for step in steps}
    return steps + [
        Step(gap, len(steps), is_gap=True) for gap in history.gaps if gap not in claimed
    ]


class _History:
    """The ancestors of a commit, as far down as was asked for."""

    def __init__(self, connection: Connection, repository_id: int, sha: str) -> None:
        self._connection, self._repository_id = connection, repository_id
        self._seen: set[str] = set()
        self._queue: list[tuple[tuple[int, int], str, Node]] = []
        self.gaps: list[str] = []  # commits that are not here
        self._add(sha)

    def holds(self, node: Node) -> bool:
        """Whether a commit is among them. Asked from the newest to the oldest: parents come later in order."""
        while self._queue and self._queue[0][0] <= (-node.ordered_at, -node.depth):
            for parent in heappop(self._queue)[2].parents:
                self._add(parent)
        return node.sha in self._seen

    def _add(self, sha: str) -> None:
        if sha in self._seen:
            return
        self._seen.add(sha)
        node = queries.find_node(self._connection, self._repository_id, sha)
        if node is None:
            self.gaps.append(sha)
        else:
            heappush(self._queue, ((-node.ordered_at, -node.depth), sha, node))
