"""The values that attribution works with: line hashes, line numbers, owners. See docs/attribution.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Owner(NamedTuple):
    """A session and, in it, a sub-agent."""

    session_id: int  # metadata_sessions.id
    agent_id: str | None  # None: the main conversation


class Order(NamedTuple):
    """The position of a commit in its repository: after its parents, whatever their clocks said."""

    ordered_at: int  # UTC milliseconds
    depth: int
    sha: str


class Commit(NamedTuple):
    """A commit whose lines are matched."""

    commit_id: int
    repository_id: int
    order: Order
    occurred_at: int  # commit date, UTC milliseconds
    authored_at: int  # author date, UTC milliseconds
    parent_shas: str  # separated by blanks
    patch_key: int | None  # equal for commits that change the same lines


class CommitFile(NamedTuple):
    """One file of a commit. Runs and hashes are packed (aea/lines.py)."""

    file_id: int
    added_runs: bytes  # line numbers after the commit
    added_hashes: bytes
    removed_runs: bytes  # line numbers before the commit
    removed_hashes: bytes
    lead_key: int | None  # of a new file: hash of its first lines


class Write(NamedTuple):
    """One accepted write of a session to one file."""

    change_key: int
    owner: Owner
    occurred_at: int  # UTC milliseconds
    file_id: int
    is_whole: bool  # the file held nothing else afterwards
    added: tuple[int, ...]  # line hashes
    removed: tuple[int, ...]
    added_at: tuple[int, ...] | None  # line numbers after the write; None: not recorded
    removed_at: tuple[int, ...] | None  # line numbers before the write
    is_script: bool = False  # the lines stand in a program that names the file


class Claim(NamedTuple):
    """The owner of one line, with the evidence."""

    owner: Owner
    stage: str  # lineage, replay, run, move, format, script, fill
    confidence: float  # 0 to 1
    change_key: int | None = None  # the write whose line is used; None: inherited or concluded
    change_line: int | None = None  # index of that line among those the write added
    origin_id: int | None = None  # the commit that the owner was inherited from
    is_carried: bool = False  # an older commit of the same history had added the line already
    written_at: int = 0  # when the session wrote the line, UTC milliseconds


class Origin(NamedTuple):
    """One file of an earlier commit, with the owners of the lines it added."""

    commit_id: int
    hashes: tuple[int, ...]  # of the added lines
    claims: tuple[Claim | None, ...]  # one for each added line
    removed: tuple[int, ...]


class AddedLines:
    """The added lines of one file of one commit, each undecided until it is assigned."""

    def __init__(self, numbers: tuple[int, ...], hashes: tuple[int, ...]) -> None:
        self.numbers = numbers
        self.hashes = hashes
        self.claims: list[Claim | None] = [None] * len(hashes)
        self.is_decided = [False] * len(hashes)  # has an owner, or is known to have none

    def adjoins(self, index: int) -> bool:
        """Whether line `index` follows line `index - 1` without a gap."""
        return 0 < index < len(self.numbers) and self.numbers[index] == self.numbers[index - 1] + 1

    def decide(self, index: int, claim: Claim | None) -> None:
        """Give a line its owner; None: it has none."""
        self.claims[index] = claim
        self.is_decided[index] = True

    def reopen(self, index: int) -> None:
        """Take back a decision."""
        self.claims[index] = None
        self.is_decided[index] = False

    def list_open(self) -> list[int]:
        """The indexes of the undecided lines."""
        return [index for index, is_decided in enumerate(self.is_decided) if not is_decided]

    def list_gaps(self) -> list[tuple[int, int]]:
        """(first, end) of each block of neighbouring undecided lines."""
        found: list[tuple[int, int]] = []
        for index in self.list_open():
            if found and found[-1][1] == index and self.adjoins(index):
                found[-1] = (found[-1][0], index + 1)
            else:
                found.append((index, index + 1))
        return found

    def claim_above(self, index: int) -> Claim | None:
        """The claim of the line directly above."""
        return self.claims[index - 1] if self.adjoins(index) else None

    def claim_below(self, end: int) -> Claim | None:
        """The claim of line `end`, when it directly follows the line above it."""
        return self.claims[end] if self.adjoins(end) else None


class Hunk(NamedTuple):
    """Added lines from index `start` to before `end` that replace the removed ones."""

    start: int
    end: int
    removed: tuple[int, ...]


class MatchInput(NamedTuple):
    """One file of one commit, and all that may explain its added lines."""

    file_id: int
    added: AddedLines
    removed: tuple[int, ...]  # hashes of the lines that the commit removed from any file
    hunks: list[Hunk]  # of this file
    kept: dict[
        int, tuple[int, ...]
    ]  # index of an added line that stood there before: its old lines
    writes: list[Write]  # to the file or a name it had, before the commit; newest first
    used: set[tuple[int, int]]  # (change_key, change_line) that earlier claims use
    written_until: int  # UTC milliseconds: a later write is not in the commit
    fresh_from: int  # UTC milliseconds: author date of the commit of the file before this one
    replaced: list[
        Origin
    ]  # commits that this one replaces or copies: amended, rebased, cherry-picked
    read_earlier: Callable[[], list[Origin]]  # other commits of the file, newest first
    is_ancestor: Callable[[int], bool]  # whether this commit's own history contains a commit
