"""Which commits are there: ref tips and walks, by pygit2 in this process or by the git command.

Both back-ends give equal answers. pygit2 reads neither reftable, sha256 nor (its objects) partial
clones, and costs 68 ms to import: a process that asks a few questions takes the command.
"""

from __future__ import annotations

import heapq
import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from aea.errors import GitError
from aea.git.command import attempt, run, text
from aea.git.discover import linked_work_trees

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.git.discover import Repository

_PREFIXES = ("refs/heads/", "refs/remotes/", "refs/tags/")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Walk(Protocol):
    """What can be asked about the commits of one repository."""

    def tips(self) -> dict[str, str]:
        """Commit of each branch, remote branch, tag and detached HEAD, by ref name."""
        ...

    def links(self, include: Iterable[str], exclude: Iterable[str]) -> list[Node]:
        """Commits reachable from `include` and not from `exclude`, parents first.

        Shas that are no commit here are ignored. Commits that do not depend on each other are in
        order of their commit date, then of their sha.
        """
        ...

    def commits(self, include: Iterable[str], exclude: Iterable[str]) -> list[str]:
        """Their shas."""
        ...

    def is_known(self, sha: str) -> bool:
        """Whether the commit is in this repository."""
        ...


class Node(NamedTuple):
    """One commit of a walk."""

    sha: str
    seconds: int
    parents: tuple[str, ...]


def open_walk(repository: Repository, *, prefer_command: bool = False) -> Walk:
    """The back-end that can read the repository; pygit2 unless the import is not worth it."""
    is_plain = repository.object_format == "sha1" and repository.ref_format == "files"
    if prefer_command or repository.is_partial or not is_plain:
        return CommandWalk(repository)
    try:
        return PygitWalk(repository)
    except GitError:
        return CommandWalk(repository)  # an extension libgit2 does not know: git itself may


def order_parents_first(nodes: Iterable[Node]) -> list[Node]:
    """The one order both back-ends give, whatever order git or libgit2 walks in."""
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
    """(name, sha) of the HEAD files that hold a commit instead of a branch."""
    identities = [identity for identity, _ in linked_work_trees(common_dir)]
    for name in ("HEAD", *(f"worktrees/{identity}/HEAD" for identity in identities)):
        try:
            with open(os.path.join(common_dir, name), encoding="ascii", errors="replace") as file:
                content = file.read(200).strip()
        except OSError:
            continue
        if _SHA.fullmatch(content):
            yield name, content


class CommandWalk:
    """Asks the git command: a few milliseconds for each question, no import."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def tips(self) -> dict[str, str]:
        """Every ref and detached HEAD with its commit."""
        found, unsure = self._refs()
        return found | self._peel(unsure | dict(self._heads()))

    def _refs(self) -> tuple[dict[str, str], dict[str, str]]:
        """(refs with their commits, refs of which that must be asked)."""
        kinds = "%(objecttype)%00%(*objectname)%00%(*objecttype)"
        rows = self._list_refs(kinds) or self._list_refs(
            "%00%00"
        )  # fails where an object is missing
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
        told = attempt(args, common_dir, git_dir=common_dir)
        if told.returncode:
            return []
        return [text(line).split("\0") for line in told.stdout.split(b"\n") if line]

    def _peel(self, refs: dict[str, str]) -> dict[str, str]:
        """Those that lead to a commit that is here."""
        if not refs:
            return {}
        asked = "".join(f"{sha}^{{commit}}\n" for sha in refs.values()).encode()
        told = self._git("cat-file", "--batch-check=%(objectname)", data=asked).splitlines()
        pairs = zip(refs, told, strict=True)  # `<sha>^{commit} missing` where there is no commit
        return {name: answer.decode() for name, answer in pairs if _SHA.fullmatch(answer.decode())}

    def _heads(self) -> Iterator[tuple[str, str]]:
        if self._repository.ref_format == "files":
            yield from _detached_heads(self._repository.common_dir)
            return
        common_dir = self._repository.common_dir
        identities = [identity for identity, _ in linked_work_trees(common_dir)]
        for name in ("HEAD", *(f"worktrees/{identity}/HEAD" for identity in identities)):
            place = os.path.join(common_dir, os.path.dirname(name))
            if attempt(["symbolic-ref", "-q", "HEAD"], place, git_dir=place).returncode == 1:
                sha = attempt(["rev-parse", "-q", "--verify", "HEAD"], place, git_dir=place)
                yield name, sha.stdout.decode().strip()

    def commits(self, include: Iterable[str], exclude: Iterable[str]) -> list[str]:
        """The shas of new commits, parents first."""
        return [node.sha for node in self.links(include, exclude)]

    def links(self, include: Iterable[str], exclude: Iterable[str]) -> list[Node]:
        """New commits, parents first."""
        wanted = [sha for sha in include if _SHA.fullmatch(sha)]
        hidden = [f"^{sha}" for sha in exclude if _SHA.fullmatch(sha)]
        if not wanted:
            return []
        args = ("rev-list", "--ignore-missing", "--timestamp", "--parents", "--stdin")
        told = self._git(*args, data="".join(f"{word}\n" for word in wanted + hidden).encode())
        rows = (line.split(" ") for line in told.decode("ascii").splitlines())
        return order_parents_first(
            Node(sha, int(seconds), tuple(parents)) for seconds, sha, *parents in rows
        )

    def is_known(self, sha: str) -> bool:
        """Whether the commit is here."""
        if not _SHA.fullmatch(sha):
            return False
        args = ["cat-file", "-e", f"{sha}^{{commit}}"]
        common_dir = self._repository.common_dir
        return attempt(args, common_dir, git_dir=common_dir).returncode == 0

    def _git(self, *args: str, data: bytes = b"") -> bytes:
        common_dir = self._repository.common_dir
        return run(args, common_dir, git_dir=common_dir, data=data)


class PygitWalk:
    """Asks libgit2 in this process. Not to be shared between threads."""

    def __init__(self, repository: Repository) -> None:
        import pygit2  # 68 ms: not for a command that answers at once

        self._common_dir = repository.common_dir
        self._error = pygit2.GitError
        self._commit_type = pygit2.Commit
        try:
            self._repository = pygit2.Repository(repository.common_dir)
        except pygit2.GitError as error:
            raise GitError(f"libgit2 cannot read {repository.common_dir}: {error}") from error

    def tips(self) -> dict[str, str]:
        """Every ref and detached HEAD with its commit."""
        found = {}
        for raw_name in self._repository.raw_listall_references():
            name = text(raw_name)
            sha = self._tip(raw_name) if name.startswith(_PREFIXES) else None
            if sha is not None:
                found[name] = sha
        heads = dict(_detached_heads(self._common_dir))
        return found | {name: sha for name, sha in heads.items() if self.is_known(sha)}

    def _tip(self, raw_name: bytes) -> str | None:
        """None for a symbolic remote HEAD and for what leads to no commit."""
        try:
            reference = self._repository.lookup_reference(os.fsdecode(raw_name))
            target = reference.target
            if _is_remote_head(text(raw_name), target if isinstance(target, str) else ""):
                return None
            return str(reference.peel(self._commit_type).id)
        except (self._error, KeyError, ValueError):
            return None

    def commits(self, include: Iterable[str], exclude: Iterable[str]) -> list[str]:
        """The shas of new commits, parents first."""
        return [node.sha for node in self.links(include, exclude)]

    def links(self, include: Iterable[str], exclude: Iterable[str]) -> list[Node]:
        """New commits, parents first."""
        wanted = [sha for sha in include if self.is_known(sha)]
        if not wanted:
            return []
        walker: Any = self._repository.walk(None)
        for sha in wanted:
            walker.push(sha)
        for sha in exclude:
            if self.is_known(sha):
                walker.hide(sha)
        return order_parents_first(
            Node(str(commit.id), commit.commit_time, tuple(map(str, commit.parent_ids)))
            for commit in walker
        )

    def is_known(self, sha: str) -> bool:
        """Whether the commit is here."""
        if not _SHA.fullmatch(sha):
            return False
        found = self._repository.get(sha)
        return isinstance(found, self._commit_type)


def _is_remote_head(name: str, target: str) -> bool:
    """`refs/remotes/origin/HEAD` repeats another ref."""
    return bool(target) and name.startswith("refs/remotes/")
