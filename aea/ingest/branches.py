"""Record the heads of the branches of a clone, and the number of commits that each branch owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import tasks
from aea.pipeline.branches import queries as branches
from aea.store.write import branch_heads
from aea.store.write.task_names import write_branch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aea.git.walk import Walk
    from aea.store.engine.db import Connection
    from aea.store.write.branch_heads import BranchHead, BranchRef


_STEPS = 50


def branch_of(ref_name: str) -> str | None:
    """Return the short name of a branch, without its remote, or None for other refs."""
    kind, _, name = ref_name.removeprefix("refs/").partition("/")
    if kind == "remotes":
        name = name.partition("/")[2]
    return name if name and kind in ("heads", "remotes") else None


class BranchHeadReader:
    """One pass over the refs of one clone. The caller holds the transaction."""

    def __init__(
        self, connection: Connection, walker: Walk, repository_id: int, source_id: int
    ) -> None:
        self._connection, self._walker = connection, walker
        self._repository_id, self._source_id = repository_id, source_id

    def read(
        self, refs: Mapping[str, str], mainline: Iterable[str], old_mainline: str | None, now: int
    ) -> str | None:
        """Write the branch heads that moved. Returns the name of the mainline.

        If the mainline changed, the commits of all branches are counted again.
        """
        heads = {
            name: (branch, sha)
            for name, sha in refs.items()
            if (branch := branch_of(name)) is not None
        }
        name = next((branch for ref in mainline if (branch := branch_of(ref))), None)
        known = branch_heads.list_present(self._connection, self._source_id)
        shared = {r: s for r, (b, s) in heads.items() if tasks.is_integration(b, name)}
        trunk = {r: s for r, (b, s) in heads.items() if b == name}
        is_new_count = name != old_mainline
        if is_new_count or self._was_rewound(known, shared):
            moved = set(heads)
        else:
            moved = {r for r, (_, s) in heads.items() if r not in known or known[r].commit_sha != s}
        of_work = self._own(heads, moved - shared.keys(), shared)
        of_shared = self._own(heads, moved & shared.keys() - trunk.keys(), trunk)
        for ref in sorted(moved):
            branch, sha = heads[ref]
            write_branch(self._connection, self._repository_id, branch)
            head_ref = branch_heads.BranchRef(self._repository_id, self._source_id, ref, branch)
            own = of_shared if ref in shared else of_work
            own = set() if ref in trunk else own
            self._write(head_ref, known.get(ref), sha, own, now, is_new_count=is_new_count)
        for ref in known.keys() - heads.keys():
            branch_heads.mark_absent(self._connection, known[ref], now)
        return name

    def _was_rewound(self, known: Mapping[str, BranchHead], shared: Mapping[str, str]) -> bool:
        """Return True if an integration branch lost commits that another branch may now own."""
        lost = {
            head.commit_sha
            for ref, head in known.items()
            if tasks.is_integration(branch_of(ref) or "")
            and not self._has_recent_ancestor(shared.get(ref), head.commit_sha)
        }
        return bool(lost and self._walker.list_shas(lost, set(shared.values())))

    def _has_recent_ancestor(self, sha: str | None, older: str) -> bool:
        """Return True if `older` is among the nearest first-parent ancestors. Otherwise git decides."""
        for _ in range(_STEPS):
            if sha is None or sha == older:
                break
            node = branches.find_commit(self._connection, self._repository_id, sha)
            sha = node.parent_shas[0] if node and node.parent_shas else None
        return sha == older

    def _own(
        self, heads: Mapping[str, tuple[str, str]], moved: set[str], other: Mapping[str, str]
    ) -> set[str]:
        """Return the commits reachable from the moved refs but not from the other refs."""
        tips = {heads[ref][1] for ref in moved} - set(other.values())
        return set(self._walker.list_shas(tips, set(other.values()))) if tips else set()

    def _write(
        self,
        ref: BranchRef,
        old: BranchHead | None,
        sha: str,
        own: set[str],
        now: int,
        *,
        is_new_count: bool,
    ) -> None:
        above, count = self._measure(sha, own, old)
        if old is None:
            branch_heads.write_head(self._connection, ref, sha, count, now)
        elif above is not None:
            kept = 0 if is_new_count else old.own_count + above
            if (sha, max(count, kept)) != old[1:]:
                branch_heads.move_head(self._connection, old, sha, max(count, kept), now)
        else:
            branch_heads.mark_absent(self._connection, old, now)
            branch_heads.write_head(self._connection, ref, sha, count, now)

    def _measure(self, sha: str, own: set[str], old: BranchHead | None) -> tuple[int | None, int]:
        """Return (commits since the former head, own commits). None if the former head is not an ancestor."""
        count, above, here = 0, None, sha
        while True:
            if old is not None and here == old.commit_sha:
                above = count
            if here not in own:
                return above, count
            count += 1
            node = branches.find_commit(self._connection, self._repository_id, here)
            if node is None or not node.parent_shas:
                return above, count
            here = node.parent_shas[0]
