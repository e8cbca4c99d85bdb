"""Decide whether a change reached the mainline in another commit: rewritten, copied or squashed.

Rule landing.1. A squash is one commit of the mainline that holds what a branch changed in all, up to one of its
commits: every line of a few, four fifths of more. Then all commits of the branch up to there have landed, also
those whose lines a later one took back (docs/mainline.md).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import is_trivial

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WINDOW_MS = 90 * 24 * 3_600_000  # a squash comes within that time of the last commit it holds
MAX_BRANCH = 200  # commits of a branch, and later commits of the mainline that are compared with it
MANY_ARRIVALS = (
    64  # from here on every commit off the mainline is looked at, not each one's candidates
)
_ENOUGH = 0.8  # of the branch's lines: the mainline may have moved on meanwhile
_FEW = 5  # lines: all of fewer must be there

Order = tuple[int, int, str]  # ordered_at, depth, sha: parents come first


class Commit(NamedTuple):
    """A commit that is not on the mainline."""

    commit_id: int
    repository_id: int
    sha: str
    parent_shas: tuple[str, ...]
    order: Order
    patch_key: int | None  # equal for commits that change the same lines


class MainlineCommit(NamedTuple):
    """A commit of the mainline that may be a squash."""

    commit_id: int
    occurred_at: int  # UTC milliseconds when it arrived
    order: Order


class Landing(NamedTuple):
    """The commit of the mainline by which a change arrived."""

    landed_id: int
    evidence: str  # rewrite, same_patch, squash
    occurred_at: int  # UTC milliseconds


class FileChange(NamedTuple):
    """The lines of one file that a commit added and removed, by hash."""

    file_id: int
    old_file_id: int | None  # before a rename
    added: tuple[int, ...]
    removed: tuple[int, ...]


def choose_landing(
    rewrite: Landing | None, same_patch: Landing | None, squash: MainlineCommit | None
) -> Landing | None:
    """The best evidence: a recorded rewrite, then an equal patch, then a squash."""
    found = Landing(squash.commit_id, "squash", squash.occurred_at) if squash else None
    return rewrite or same_patch or found


def earliest(*found: MainlineCommit | None) -> MainlineCommit | None:
    """Of several squashes that hold a commit, the first one counts."""
    return min((one for one in found if one), key=lambda one: one.order, default=None)


def list_descendants(commits: Iterable[Commit], ancestors: Iterable[Commit]) -> Iterator[Commit]:
    """Of commits in order, the given ones and all that come after them on a branch."""
    reached = {commit.sha for commit in ancestors}
    for commit in commits:
        if commit.sha in reached or not reached.isdisjoint(commit.parent_shas):
            reached.add(commit.sha)
            yield commit


def nontrivial_lines(changes: Iterable[FileChange], file_id: int) -> frozenset[int]:
    """The lines of one file that a commit adds or removes, without trivial ones."""
    lines = (
        line
        for change in changes
        if change.file_id == file_id
        for line in change.added + change.removed
    )
    return frozenset(line for line in lines if not is_trivial(line))


def largest_file(changes: Iterable[FileChange]) -> int | None:
    """The file with most changed lines: a commit that does not touch it is no squash. None without lines."""
    net = _net_change([changes])
    sizes = Counter({file: lines.total() for file, lines in net.added.items()})
    sizes.update({file: lines.total() for file, lines in net.removed.items()})
    largest = sorted((-size, file) for file, size in sizes.items() if size)
    return largest[0][1] if largest else None


def is_similar(lines: frozenset[int], other: frozenset[int]) -> bool:
    """Whether a commit has half of another's lines: a squash has those of the branch's last commit."""
    return 2 * len(lines & other) >= len(lines)


def may_be_squash(lines: frozenset[int], other: frozenset[int]) -> bool:
    """Whether a commit that arrived has a line of one off the mainline, which then may end a branch it holds."""
    return not lines or bool(lines & other)


def find_squash(
    branch: Iterable[Iterable[FileChange]],
    later: Iterable[tuple[MainlineCommit, Sequence[FileChange]]],
) -> MainlineCommit | None:
    """The first commit of the mainline that makes the changes of a branch, given oldest first."""
    net = _net_change(branch)
    return next((commit for commit, changes in later if _holds(changes, net)), None)


class _Net(NamedTuple):
    """What commits amount to: by file, how often each line is new and how often it is gone."""

    added: dict[int, Counter[int]]
    removed: dict[int, Counter[int]]


def _net_change(commits: Iterable[Iterable[FileChange]]) -> _Net:
    """Apply commits one after another, oldest first; a line that came and went again cancels out."""
    net = _Net({}, {})
    for changes in commits:
        for change in changes:
            _rename(net, change)
            _cancel(net.added, net.removed, change.file_id, change.removed)
            _cancel(net.removed, net.added, change.file_id, change.added)
    return net


def _rename(net: _Net, change: FileChange) -> None:
    for side in net:
        if change.old_file_id in side:
            side.setdefault(change.file_id, Counter()).update(side.pop(change.old_file_id))


def _cancel(
    first: dict[int, Counter[int]],
    second: dict[int, Counter[int]],
    file_id: int,
    lines: Iterable[int],
) -> None:
    """Take lines off the first side, as far as they are there; count the others on the second."""
    known = first.get(file_id, Counter())
    for line in lines:
        if known[line] > 0:
            known[line] -= 1
        else:
            second.setdefault(file_id, Counter())[line] += 1


def _holds(changes: Iterable[FileChange], net: _Net) -> bool:
    """Whether one commit makes a net change, or nearly all of it."""
    wanted, found = _count_found(changes, net)
    return wanted > 0 and found >= wanted * (_ENOUGH if wanted >= _FEW else 1)


def _count_found(changes: Iterable[FileChange], net: _Net) -> tuple[int, int]:
    """(lines wanted, lines found); trivial lines count only where there are no others."""
    there = _net_change([changes])
    pairs = [
        (lines, other.get(file, Counter()))
        for wanted, other in zip(net, there, strict=True)
        for file, lines in wanted.items()
    ]
    counts = _count_overlap(pairs, counts_trivial=False)
    return counts if counts[0] else _count_overlap(pairs, counts_trivial=True)


def _count_overlap(
    pairs: Iterable[tuple[Counter[int], Counter[int]]], *, counts_trivial: bool
) -> tuple[int, int]:
    """(lines wanted, lines found)."""
    wanted = found = 0
    for lines, other in pairs:
        for line, count in lines.items():
            if counts_trivial or not is_trivial(line):
                wanted += count
                found += min(count, other[line])
    return wanted, found
