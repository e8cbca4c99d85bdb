"""Find the mainline of a repository and the commits of its refs in this clone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.git.command import attempt, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aea.git.discover import Repository

_USUAL = ("main", "master", "trunk", "develop")
_SHARED = ("origin", "upstream")  # with several remotes, these are not a personal fork


def find_mainline_refs(repository: Repository, refs: Mapping[str, str]) -> dict[str, str]:
    """Return the refs of the mainline with their commits, local and remote; empty if there is none.

    The mainline is the first of these branches that exists: git config `aea.mainline` of the repository; the
    HEAD of the remote; the user's `aea.mainline` or `init.defaultBranch`; main, master, trunk, develop.
    """
    remotes = _remotes(refs)
    for name in _candidates(repository, remotes):
        names = [f"refs/heads/{name}", *(f"refs/remotes/{remote}/{name}" for remote in remotes)]
        found = {ref: refs[ref] for ref in names if ref in refs}
        if found:
            return found
    return {}


def _candidates(repository: Repository, remotes: list[str]) -> Iterator[str]:
    if repository.own_mainline:
        yield repository.own_mainline
    for remote in remotes:
        yield from _remote_head(repository, remote)
    yield from repository.usual_mainlines
    yield from _USUAL


def _remotes(refs: Mapping[str, str]) -> list[str]:
    names = {ref.split("/")[2] for ref in refs if ref.startswith("refs/remotes/")}
    return [name for name in _SHARED if name in names] or (sorted(names) if len(names) == 1 else [])


def _remote_head(repository: Repository, remote: str) -> list[str]:
    """Return the branch to which the remote's HEAD points, as recorded when it was cloned."""
    ref, common_dir = f"refs/remotes/{remote}/HEAD", repository.common_dir
    if repository.ref_format == "files":
        try:
            with open(os.path.join(common_dir, ref), "rb") as file:
                target = file.read(4096).removeprefix(b"ref: ").strip()
        except OSError:
            return []
    else:
        target = attempt(["symbolic-ref", "-q", ref], common_dir, git_dir=common_dir).stdout.strip()
    start = f"refs/remotes/{remote}/".encode()
    return [text(target.removeprefix(start))] if target.startswith(start) else []
