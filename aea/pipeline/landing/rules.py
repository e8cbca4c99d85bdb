"""Decide whether a change reached the mainline in another commit: rewritten, copied or squashed.

Rule landing.2. A squash is one commit of the mainline that holds what a branch changed in all, up to one of its
commits: every line of a few, four fifths of more. Commits that were picked or squashed to the mainline before do not have
to be in it. Then all commits of the branch up to there have landed, also those whose lines a later one took back
(docs/mainline.md).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from aea.lines import is_trivial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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
    """A commit of the mainline that may be a squash. The earlier one is the smaller one."""

    order: Order
    commit_id: int
    occurred_at: int  # UTC milliseconds when it arrived
    position: int  # place on the trunk of the commit that it came with; rises with time


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


class CommitChange:
    """The files that a commit changed."""

    def __init__(self, files: Sequence[FileChange]) -> None:
        self.files = files
        self._nontrivial: dict[int, frozenset[int]] = {}

    def nontrivial_lines(self, file_id: int) -> frozenset[int]:
        """The lines of one file that the commit adds or removes, without trivial ones."""
        if file_id not in self._nontrivial:  # kept: a commit is compared with many branches
            self._nontrivial[file_id] = frozenset(
                line
                for file in self.files
                if file.file_id == file_id
                for line in file.added + file.removed
                if not is_trivial(line)
            )
        return self._nontrivial[file_id]


class Landings(NamedTuple):
    """The landings of one commit by evidence that is stored."""

    rewrite: Landing | None  # the commit that replaces it arrived or landed
    same_patch: Landing | None
    squash: MainlineCommit | None  # found before


if TYPE_CHECKING:
    ListLater = Callable[[int], Sequence[tuple[MainlineCommit, CommitChange]]]
    # oldest first, with the position of the commit of the mainline by which the change arrived before, if any
    ReadBranch = Callable[[], Sequence[tuple[CommitChange, int | None]]]


def choose_landing(known: Landings, squash: MainlineCommit | None) -> Landing | None:
    """The best evidence: a recorded rewrite, then an equal patch, then the earliest squash."""
    found = min((one for one in (known.squash, squash) if one), default=None)
    squashed = Landing(found.commit_id, "squash", found.occurred_at) if found else None
    return known.rewrite or known.same_patch or squashed


def list_descendants(commits: Iterable[Commit], ancestors: Iterable[Commit]) -> Iterator[Commit]:
    """Of commits in order, the given ones and all that come after them on a branch."""
    reached = {commit.sha for commit in ancestors}
    for commit in commits:
        if commit.sha in reached or not reached.isdisjoint(commit.parent_shas):
            reached.add(commit.sha)
            yield commit


def list_heads(
    arrived: CommitChange, others: Iterable[tuple[int, int, CommitChange]]
) -> Iterator[int]:
    """Of (commit, file, change) off the mainline, the commits up to which `arrived` may be a squash.

    It must have a line of the last commit that it holds.
    """
    for commit_id, file_id, change in others:
        lines = change.nontrivial_lines(file_id)
        if not lines or lines & arrived.nontrivial_lines(file_id):
            yield commit_id


def find_squash(
    head: CommitChange, list_later: ListLater, read_branch: ReadBranch
) -> MainlineCommit | None:
    """The first commit of the mainline that holds all changes of the branch that ends with `head`.

    `list_later` gives later commits that change a file, `read_branch` the branch, oldest first. The branch is read
    only when a commit has half of the head's lines in its largest file: most have not.
    """
    file_id = find_largest_file(head)
    if file_id is None:
        return None
    lines = head.nontrivial_lines(file_id)
    similar = [
        (commit, change)
        for commit, change in list_later(file_id)
        if 2 * len(lines & change.nontrivial_lines(file_id)) >= len(lines)
    ]
    branch = read_branch() if similar else ()
    return next(
        (one for one, change in similar if _holds(change, _net_left(branch, one.position))), None
    )


def _net_left(branch: Sequence[tuple[CommitChange, int | None]], position: int) -> _Net:
    """The net change of a branch without what the mainline had before a place on it."""
    return _net_change(change for change, picked in branch if picked is None or picked >= position)


def find_largest_file(change: CommitChange) -> int | None:
    """The file with most changed lines: a commit that does not touch it is no squash. None without lines."""
    net = _net_change([change])
    sizes = Counter({file: lines.total() for file, lines in net.added.items()})
    sizes.update({file: lines.total() for file, lines in net.removed.items()})
    largest = sorted((-size, file) for file, size in sizes.items() if size)
    return largest[0][1] if largest else None


class _Net(NamedTuple):
    """The net change of commits: by file, how often each line is added and how often it is removed."""

    added: dict[int, Counter[int]]
    removed: dict[int, Counter[int]]


def _net_change(commits: Iterable[CommitChange]) -> _Net:
    """Apply commits one after another, oldest first; a line that was added and removed again cancels out."""
    net = _Net({}, {})
    for commit in commits:
        for file in commit.files:
            _rename(net, file)
            _cancel(net.added, net.removed, file.file_id, file.removed)
            _cancel(net.removed, net.added, file.file_id, file.added)
    return net


def _rename(net: _Net, file: FileChange) -> None:
    for side in net:
        if file.old_file_id in side:
            side.setdefault(file.file_id, Counter()).update(side.pop(file.old_file_id))


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


def _holds(change: CommitChange, net: _Net) -> bool:
    """Whether one commit makes a net change, or nearly all of it."""
    wanted, found = _count_found(change, net)
    return wanted > 0 and found >= wanted * (_ENOUGH if wanted >= _FEW else 1)


def _count_found(change: CommitChange, net: _Net) -> tuple[int, int]:
    """(lines wanted, lines found); trivial lines count only where there are no others."""
    there = _net_change([change])
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
