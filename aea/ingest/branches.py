"""Where the branches of a clone stand, and how many commits each has of its own, as far as that changed."""

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
    """The short name of a branch, without its remote; None for what is no branch."""
    kind, _, name = ref_name.removeprefix("refs/").partition("/")
    if kind == "remotes":
        name = name.partition("/")[2]
    return name if name and kind in ("heads", "remotes") else None


class TipReader:
    """One look at the refs of one clone; the caller holds the transaction."""

    def __init__(
        self, connection: Connection, walker: Walk, repository_id: int, source_id: int
    ) -> None:
        self._connection, self._walker = connection, walker
        self._repository_id, self._source_id = repository_id, source_id

    def read(
        self, refs: Mapping[str, str], mainline: Iterable[str], old_mainline: str | None, now: int
    ) -> str | None:
        """Write what moved. Returns the mainline's name: when that changed, all branches are counted anew."""
        stood = {
            name: (branch, sha)
            for name, sha in refs.items()
            if (branch := branch_of(name)) is not None
        }
        name = next((branch for ref in mainline if (branch := branch_of(ref))), None)
        known = branch_heads.list_present(self._connection, self._source_id)
        shared = {r: s for r, (b, s) in stood.items() if tasks.is_integration(b, name)}
        trunk = {r: s for r, (b, s) in stood.items() if b == name}
        is_new_count = name != old_mainline
        if is_new_count or self._went_back(known, shared):
            moved = set(stood)
        else:
            moved = {r for r, (_, s) in stood.items() if r not in known or known[r].commit_sha != s}
        of_work = self._own(stood, moved - shared.keys(), shared)
        of_shared = self._own(stood, moved & shared.keys() - trunk.keys(), trunk)
        for ref in sorted(moved):
            branch, sha = stood[ref]
            write_branch(self._connection, self._repository_id, branch)
            head_ref = branch_heads.BranchRef(self._repository_id, self._source_id, ref, branch)
            own = of_shared if ref in shared else of_work
            own = set() if ref in trunk else own
            self._write(head_ref, known.get(ref), sha, own, now, is_new_count=is_new_count)
        for ref in known.keys() - stood.keys():
            branch_heads.mark_absent(self._connection, known[ref], now)
        return name

    def _went_back(self, known: Mapping[str, BranchHead], shared: Mapping[str, str]) -> bool:
        """Whether an integration branch lost commits that may be another branch's own now."""
        lost = {
            tip.commit_sha
            for ref, tip in known.items()
            if tasks.is_integration(branch_of(ref) or "")
            and not self._leads_to(shared.get(ref), tip.commit_sha)
        }
        return bool(lost and self._walker.commits(lost, set(shared.values())))

    def _leads_to(self, sha: str | None, older: str) -> bool:
        """Whether the chain of first parents comes by a commit soon; git is asked where it does not."""
        for _ in range(_STEPS):
            if sha is None or sha == older:
                break
            node = branches.find_node(self._connection, self._repository_id, sha)
            sha = node.parents[0] if node and node.parents else None
        return sha == older

    def _own(
        self, stood: Mapping[str, tuple[str, str]], moved: set[str], other: Mapping[str, str]
    ) -> set[str]:
        """The commits that the moved refs lead to and the other refs do not."""
        tips_of = {stood[ref][1] for ref in moved} - set(other.values())
        return set(self._walker.commits(tips_of, set(other.values()))) if tips_of else set()

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
        """(commits above where the ref stood; None: it did not come from there, commits of its own)."""
        count, above, here = 0, None, sha
        while True:
            if old is not None and here == old.commit_sha:
                above = count
            if here not in own:
                return above, count
            count += 1
            node = branches.find_node(self._connection, self._repository_id, here)
            if node is None or not node.parents:
                return above, count
            here = node.parents[0]
