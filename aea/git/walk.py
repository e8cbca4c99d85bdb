"""Refs and commit history of a repository, read by pygit2 in process or by the git command.

Both back ends give the same results. pygit2 cannot read reftable, sha256 or the objects of partial clones, and
takes 68 ms to import, so short-lived processes use the command.
"""

from __future__ import annotations

import heapq
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from aea.errors import GitError
from aea.git.command import attempt, run, text
from aea.git.discover import list_linked_worktrees

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.git.discover import Repository

_PREFIXES = ("refs/heads/", "refs/remotes/", "refs/tags/")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Walk(Protocol):
    """The history of one repository."""

    def read_refs(self) -> dict[str, str]:
        """Map each branch, remote branch, tag and detached HEAD to its commit."""
        ...

    def list_nodes(self, include: Iterable[str], exclude: Iterable[str]) -> list[Node]:
        """List the commits reachable from `include` but not from `exclude`, parents first.

        Unknown shas are ignored. Commits that do not depend on each other are ordered by commit date, then by sha.
        """
        ...

    def list_shas(self, include: Iterable[str], exclude: Iterable[str]) -> list[str]:
        """List only the shas of these commits."""
        ...

    def has_commit(self, sha: str) -> bool:
        """Return True if the repository has this commit."""
        ...


class Node(NamedTuple):
    """A commit and its parents."""

    sha: str
    seconds: int
    parents: tuple[str, ...]


def open_walk(repository: Repository, *, prefer_command: bool = False) -> Walk:
    """Open the back end that can read the repository: pygit2, unless its import is not worth the time."""
    is_plain = repository.object_format == "sha1" and repository.ref_format == "files"
    if prefer_command or repository.is_partial or not is_plain:
        return CommandWalk(repository)
    try:
        return PygitWalk(repository)
    except GitError:
        return CommandWalk(repository)  # an extension that libgit2 does not support; git may


def order_parents_first(nodes: Iterable[Node]) -> list[Node]:
    """Order commits independently of the back end's own walk order."""
    by_sha = {node.sha: node for node in nodes}
    children: dict[str, list[str]] = {}
    waiting: dict[str, int] = {}
    for node in by_sha.values():
        parents = {parent for parent in node.parents if parent in by_sha}
        waiting[node.sha] = len(parents)
        for parent in parents:
            children.setdefault(parent, []).append(node.sha)
    ready = [(by_sha[sha].seconds, sha) for sha, count in waiting.items() if not count]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, sha = heapq.heappop(ready)
        ordered.append(by_sha[sha])
        for child in children.get(sha, ()):
            waiting[child] -= 1
            if not waiting[child]:
                heapq.heappush(ready, (by_sha[child].seconds, child))
    return ordered


def _detached_heads(common_dir: str) -> Iterator[tuple[str, str]]:
    """Yield (name, sha) of the HEAD files that contain a commit instead of a branch."""
    identities = [identity for identity, _ in list_linked_worktrees(common_dir)]
    for name in ("HEAD", *(f"worktrees/{identity}/HEAD" for identity in identities)):
        try:
            with open(os.path.join(common_dir, name), encoding="ascii", errors="replace") as file:
                content = file.read(200).strip()
        except OSError:
            continue
        if _SHA.fullmatch(content):
            yield name, content


class CommandWalk:
    """Runs the git command: a few milliseconds for each call, and no import."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def read_refs(self) -> dict[str, str]:
        """Map every ref and detached HEAD to its commit."""
        found, unsure = self._refs()
        return found | self._peel(unsure | dict(self._heads()))

    def _refs(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return (refs with their commits, refs that must be peeled separately)."""
        kinds = "%(objecttype)%00%(*objectname)%00%(*objecttype)"
        # The first listing fails if an object is missing.
        rows = self._list_refs(kinds) or self._list_refs("%00%00")
        found, unsure = {}, {}
        for name, sha, target, kind, peeled, peeled_kind in rows:
            if _is_remote_head(name, target):
                continue
            if "commit" in (kind, peeled_kind):
                found[name] = sha if kind == "commit" else peeled
            else:
                unsure[name] = sha
        return found, unsure

    def _list_refs(self, kinds: str) -> list[list[str]]:
        listing = f"--format=%(refname)%00%(objectname)%00%(symref)%00{kinds}"
        args = ["for-each-ref", listing, *(prefix[:-1] for prefix in _PREFIXES)]
        common_dir = self._repository.common_dir
        done = attempt(args, common_dir, git_dir=common_dir)
        if done.returncode:
            return []
        return [text(line).split("\0") for line in done.stdout.split(b"\n") if line]

    def _peel(self, refs: dict[str, str]) -> dict[str, str]:
        """Return the refs that point, directly or through tags, to an existing commit."""
        if not refs:
            return {}
        names = "".join(f"{sha}^{{commit}}\n" for sha in refs.values()).encode()
        lines = self._git("cat-file", "--batch-check=%(objectname)", data=names).splitlines()
        pairs = zip(refs, lines, strict=True)  # `<sha>^{commit} missing` if it is not a commit
        return {name: line.decode() for name, line in pairs if _SHA.fullmatch(line.decode())}

    def _heads(self) -> Iterator[tuple[str, str]]:
        if self._repository.ref_format == "files":
            yield from _detached_heads(self._repository.common_dir)
            return
        common_dir = self._repository.common_dir
        identities = [identity for identity, _ in list_linked_worktrees(common_dir)]
        for name in ("HEAD", *(f"worktrees/{identity}/HEAD" for identity in identities)):
            place = os.path.join(common_dir, os.path.dirname(name))
            if attempt(["symbolic-ref", "-q", "HEAD"], place, git_dir=place).returncode == 1:
                sha = attempt(["rev-parse", "-q", "--verify", "HEAD"], place, git_dir=place)
                yield name, sha.stdout.decode().strip()

    def list_shas(self, include: Iterable[str], exclude: Iterable[str]) -> list[str]:
        """List the shas of the commits, parents first."""
        return [node.sha for node in self.list_nodes(include, exclude)]

    def list_nodes(self, include: Iterable[str], exclude: Iterable[str]) -> list[Node]:
        """List the commits, parents first."""
        wanted = [sha for sha in include if _SHA.fullmatch(sha)]
        hidden = [f"^{sha}" for sha in exclude if _SHA.fullmatch(sha)]
        if not wanted:
            return []
        args = ("rev-list", "--ignore-missing", "--timestamp", "--parents", "--stdin")
        output = self._git(*args, data="".join(f"{word}\n" for word in wanted + hidden).encode())
        rows = (line.split(" ") for line in output.decode("ascii").splitlines())
        return order_parents_first(
            Node(sha, int(seconds), tuple(parents)) for seconds, sha, *parents in rows
        )

    def has_commit(self, sha: str) -> bool:
        """Return True if the repository has this commit."""
        if not _SHA.fullmatch(sha):
            return False
        args = ["cat-file", "-e", f"{sha}^{{commit}}"]
        common_dir = self._repository.common_dir
        return attempt(args, common_dir, git_dir=common_dir).returncode == 0

    def _git(self, *args: str, data: bytes = b"") -> bytes:
        common_dir = self._repository.common_dir
        return run(args, common_dir, git_dir=common_dir, data=data)


class PygitWalk:
    """Uses libgit2 in this process. Not thread-safe."""

    def __init__(self, repository: Repository) -> None:
        import pygit2  # 68 ms: too slow for a short-lived command

        self._common_dir = repository.common_dir
        self._error = pygit2.GitError
        self._commit_type = pygit2.Commit
        try:
            self._repository = pygit2.Repository(repository.common_dir)
        except pygit2.GitError as error:
            raise GitError(f"libgit2 cannot read {repository.common_dir}: {error}") from error

    def read_refs(self) -> dict[str, str]:
        """Map every ref and detached HEAD to its commit."""
        found = {}
        for raw_name in self._repository.raw_listall_references():
            name = text(raw_name)
            sha = self._commit_of(raw_name) if name.startswith(_PREFIXES) else None
            if sha is not None:
                found[name] = sha
        heads = dict(_detached_heads(self._common_dir))
        return found | {name: sha for name, sha in heads.items() if self.has_commit(sha)}

    def _commit_of(self, raw_name: bytes) -> str | None:
        """Return None for the symbolic HEAD of a remote and for refs that do not point to a commit."""
        try:
            reference = self._repository.lookup_reference(os.fsdecode(raw_name))
            target = reference.target
            if _is_remote_head(text(raw_name), target if isinstance(target, str) else ""):
                return None
            return str(reference.peel(self._commit_type).id)
        except (self._error, KeyError, ValueError):
            return None

    def list_shas(self, include: Iterable[str], exclude: Iterable[str]) -> list[str]:
        """List the shas of the commits, parents first."""
        return [node.sha for node in self.list_nodes(include, exclude)]

    def list_nodes(self, include: Iterable[str], exclude: Iterable[str]) -> list[Node]:
        """List the commits, parents first."""
        wanted = [sha for sha in include if self.has_commit(sha)]
        if not wanted:
            return []
        walker: Any = self._repository.walk(None)
        for sha in wanted:
            walker.push(sha)
        for sha in exclude:
            if self.has_commit(sha):
                walker.hide(sha)
        return order_parents_first(
            Node(str(commit.id), commit.commit_time, tuple(map(str, commit.parent_ids)))
            for commit in walker
        )

    def has_commit(self, sha: str) -> bool:
        """Return True if the repository has this commit."""
        if not _SHA.fullmatch(sha):
            return False
        found = self._repository.get(sha)
        return isinstance(found, self._commit_type)


def _is_remote_head(name: str, target: str) -> bool:
    """Detect `refs/remotes/origin/HEAD`, which repeats another ref."""
    return bool(target) and name.startswith("refs/remotes/")
