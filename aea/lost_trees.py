"""Decide to which repository a directory belonged that is not here any more: a removed work tree, another machine's clone.

Rule lost_tree.1. What counts, for one repository:

tree     git has the directory as a linked work tree of the repository.
lines    distinct lines, trivial ones left out, that sessions wrote below the directory and that commits of the
         repository added to the same paths: half of them, at least LINES, or MANY_LINES. That is enough alone.
branch   a branch of the repository that the sessions or the directory's name tell, no mainline.
name     the directory is named after the repository, as work trees are: app-feat, app.feat, app.worktrees/feat,
         app-worktrees/feat, worktrees/app/feat, worktrees/<id>/app

A name with half of the lines (FEW_LINES at least) or with a branch is enough, as is a name in a folder where an agent keeps its work trees
(.codex/worktrees and the like): people do not make directories there. If two repositories have enough, none is
concluded.
"""

from __future__ import annotations

import re
from posixpath import basename, dirname
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINES = 4  # fewer may be chance: licence headers and imports are alike in many repositories
MANY_LINES = 20  # enough, whatever else was written and never committed
FEW_LINES = 2
_MAINLINES = frozenset({"", "HEAD", "develop", "main", "master", "trunk"})
_WORK_TREES = r"(?:worktrees?|work-trees?|trees|wt)"
_AGENTS = re.compile(
    r"/\.(?:codex|claude|cursor|gemini|conductor|opencode|kiro|copilot)(?:/[^/]+)*?/worktrees?/|/conductor/",
    re.IGNORECASE,
)


class Signs(NamedTuple):
    """What speaks for one repository."""

    repository_id: int
    tree: str  # the lost directory that would be its root
    is_registered: bool  # git has it as a work tree
    written_count: int  # lines that sessions wrote below it
    line_count: int  # those of them in commits of the repository
    has_branch: bool
    has_name: bool
    is_agents: bool  # the name is in a folder of an agent's work trees

    def evidence(self) -> str | None:
        """The best evidence that is enough: tree, lines, branch, name; None: there is not enough."""
        if self.is_registered:
            return "tree"
        if self._has_lines():
            return "lines"
        if self.has_name and self.has_branch:
            return "branch"
        return "name" if self.has_name and self.is_agents else None

    def _has_lines(self) -> bool:
        is_most = 2 * self.line_count >= self.written_count
        least = FEW_LINES if self.has_name else LINES
        return self.line_count >= (least if is_most else MANY_LINES)

    def is_hint(self) -> bool:
        """Whether a person should be asked."""
        return bool(self.line_count or self.has_name)


def choose(found: Iterable[Signs]) -> Signs | None:
    """The signs of the only repository that has enough; None if there is none, or if there are two."""
    enough = [signs for signs in found if signs.evidence()]
    best = [signs for signs in enough if signs.evidence() in ("tree", "lines")] or enough
    if len({signs.repository_id for signs in best}) != 1:
        return None
    return max(best, key=lambda signs: (signs.is_registered, signs.line_count, len(signs.tree)))


def is_named_after(tree: str, repository: str) -> bool:
    """Whether a directory has a name that is made for a work tree of a repository, named by its own directory."""
    name, folder, above = basename(tree), basename(dirname(tree)), basename(dirname(dirname(tree)))
    own = re.escape(repository)
    return bool(
        re.fullmatch(rf"{own}[-._@+].+", name)
        or re.fullmatch(rf"{own}[-._]?{_WORK_TREES}", folder)
        or (folder == repository and re.fullmatch(rf"[-.\w]*?{_WORK_TREES}", above))
        or (name == repository and _is_below_work_trees(tree))
    )


def _is_below_work_trees(tree: str) -> bool:
    return re.search(rf"/[-.\w]*?{_WORK_TREES}/(?:[^/]+/)?[^/]+$", tree) is not None


def is_of_agent(tree: str) -> bool:
    """Whether a directory is where an agent keeps its work trees."""
    return _AGENTS.search(tree) is not None


def branch_names(tree: str, repository: str, recorded: Iterable[str]) -> set[str]:
    """The branches that a work tree may have had, by what sessions recorded and by its name; `/` is written as `-`."""
    name = basename(tree)
    own = {name, *(name.removeprefix(f"{repository}{mark}") for mark in "-._@+")}
    return {folded(branch) for branch in (*recorded, *own)} - _MAINLINES


def folded(branch: str) -> str:
    """A branch's name as a directory's name shows it."""
    return branch.replace("/", "-")


def list_trees(directory: str, depth: int = 6) -> Iterator[str]:
    """The directory and those above it, as far as a work tree may start there."""
    for _ in range(depth):
        if directory in ("", "/") or dirname(directory) == directory:
            return
        yield directory
        directory = dirname(directory)
