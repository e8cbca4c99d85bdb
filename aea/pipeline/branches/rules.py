"""Decide what kind of branch each is, and which commits a merge or the head of a branch claims for it.

A head claims as many first parents as the branch had commits of its own when it was last seen. A merge whose
message names a branch claims the first parents from its second parent down to the history of its first parent
(docs/tasks.md; rules branch_kind.1 and branch_commits.1).
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from aea import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_OWN_COMMITS = 1000  # no branch of one task has more; integration branches may


class Branch(NamedTuple):
    """A branch with what decides its kind."""

    repository_id: int
    branch_name: str
    task_id: int | None  # metadata_tasks.id that its name states
    mainline: str | None  # branch name of the repository's mainline
    is_deleted: bool


class Anchor(NamedTuple):
    """A merge that names a branch, or the head of a branch."""

    evidence: str  # merge, tip
    anchor_id: int  # fact_commit.id, fact_branch_head.id
    repository_id: int
    commit_sha: str  # the merge, the head
    branch_name: str
    own_count: int  # of a head: commits of the branch's own
    occurred_at: int  # UTC milliseconds
    mainline: str | None  # branch name of the repository's mainline


class Commit(NamedTuple):
    """A commit as a node of the graph."""

    sha: str
    parent_shas: tuple[str, ...]
    ordered_at: int  # UTC milliseconds, never before a parent's
    depth: int


class BranchCommit(NamedTuple):
    """A commit that an anchor claims for its branch."""

    sha: str
    position: int  # of a merge: commits above it; of a head: commits of the branch up to it
    is_gap: bool  # the commit is unknown and the walk ended here; it claims nothing


class Claim(NamedTuple):
    """The commits that an anchor claims now, above those that stay as stored."""

    commits: list[BranchCommit]  # newest first
    kept_position: int  # stored commits up to this position stay; -1: none


if TYPE_CHECKING:
    FindCommit = Callable[[str], Commit | None]
    IsStored = Callable[[BranchCommit], bool]


def classify(branch: Branch) -> str:
    """Return mainline, integration, task or work."""
    if branch.branch_name == branch.mainline:
        return "mainline"
    if tasks.is_integration(branch.branch_name, branch.mainline):
        return "integration"
    return "work" if branch.task_id is None else "task"


def claim_commits(anchor: Anchor, find_commit: FindCommit, is_stored: IsStored) -> Claim:
    """The commits of an anchor, looked up one by one as far as the walk goes."""
    if anchor.evidence == "merge":
        return Claim(list_merged(anchor.commit_sha, find_commit), -1)
    new: list[BranchCommit] = []
    for commit in list_own(anchor, find_commit) if _owns_commits(anchor) else ():
        if is_stored(commit):  # then everything below it is the same, too
            return Claim(new, commit.position)
        new.append(commit)
    return Claim(new, -1)


def _owns_commits(anchor: Anchor) -> bool:
    """The mainline's commits are known from the mainline itself."""
    if anchor.branch_name == anchor.mainline:
        return False
    is_integration = tasks.is_integration(anchor.branch_name, anchor.mainline)
    return is_integration or anchor.own_count <= MAX_OWN_COMMITS


def list_own(head: Anchor, find_commit: FindCommit) -> Iterator[BranchCommit]:
    """The branch's own commits, newest first; positions count from its first commit, from 1."""
    sha = head.commit_sha
    for position in range(head.own_count, 0, -1):
        commit = find_commit(sha)
        yield BranchCommit(sha, position, commit is None)
        if commit is None or not commit.parent_shas:
            return
        sha = commit.parent_shas[0]


def list_merged(merge_sha: str, find_commit: FindCommit) -> list[BranchCommit]:
    """The merged commits of the branch, newest first, by first parents; positions count from 0.

    Unknown commits on either side follow as gaps: the answer may change when they become known.
    """
    merge = find_commit(merge_sha)
    if merge is None or len(merge.parent_shas) != 2:
        return []
    ancestors = _Ancestors(merge.parent_shas[0], find_commit)
    found: list[BranchCommit] = []
    sha: str | None = merge.parent_shas[1]
    while sha is not None:
        commit = find_commit(sha)
        if commit is None or ancestors.has(commit):
            found += [BranchCommit(sha, len(found), is_gap=True)] if commit is None else []
            break
        found.append(BranchCommit(sha, len(found), is_gap=False))
        sha = commit.parent_shas[0] if commit.parent_shas else None
    claimed = {commit.sha for commit in found}
    gaps = [sha for sha in ancestors.unknown if sha not in claimed]
    return found + [BranchCommit(sha, len(found), is_gap=True) for sha in gaps]


class _Ancestors:
    """A commit and its ancestors, looked up only as far down as `has` is asked."""

    def __init__(self, sha: str, find_commit: FindCommit) -> None:
        self._find_commit = find_commit
        self._seen: set[str] = set()
        self._queue: list[tuple[tuple[int, int], str, Commit]] = []
        self.unknown: list[str] = []
        self._add(sha)

    def has(self, commit: Commit) -> bool:
        """Whether a commit is among them. Ask for newer commits first: parents come later in order."""
        while self._queue and self._queue[0][0] <= (-commit.ordered_at, -commit.depth):
            for parent in heappop(self._queue)[2].parent_shas:
                self._add(parent)
        return commit.sha in self._seen

    def _add(self, sha: str) -> None:
        if sha in self._seen:
            return
        self._seen.add(sha)
        commit = self._find_commit(sha)
        if commit is None:
            self.unknown.append(sha)
        else:
            heappush(self._queue, ((-commit.ordered_at, -commit.depth), sha, commit))
