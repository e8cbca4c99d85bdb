"""What the rules are given and what they answer: line hashes, positions, owners."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Owner(NamedTuple):
    """Who wrote a line: a session and, in it, a sub-agent."""

    session_id: int  # metadata_sessions.id
    agent_id: str | None


class Written(NamedTuple):
    """What one accepted write of a session did to one file."""

    change_key: int
    owner: Owner
    occurred_at: int  # UTC milliseconds
    file_id: int
    is_whole: bool  # the file held nothing else afterwards
    added: tuple[int, ...]  # line hashes
    removed: tuple[int, ...]
    added_at: tuple[int, ...] | None  # line numbers after the write; None: not recorded
    removed_at: tuple[int, ...] | None  # line numbers before the write


class Claim(NamedTuple):
    """The answer for one line: its owner and by which evidence."""

    owner: Owner
    stage: str
    confidence: float
    change_key: int | None = None  # the write that is spent; None: inherited or concluded
    change_line: int | None = None  # which of the lines the write added, from 0
    origin_id: int | None = None  # the commit it was inherited from
    is_carried: bool = False  # an older commit of the same history had added the line already


class Origin(NamedTuple):
    """A file of an earlier commit, with what is known of its added lines."""

    commit_id: int
    hashes: tuple[int, ...]
    claims: tuple[Claim | None, ...]
    removed: tuple[int, ...]


class Page:
    """The added lines of one file of one commit, and what is known of each."""

    def __init__(self, numbers: tuple[int, ...], hashes: tuple[int, ...]) -> None:
        self.numbers = numbers
        self.hashes = hashes
        self.claims: list[Claim | None] = [None] * len(hashes)
        self.is_settled = [False] * len(hashes)  # claimed, or known to be nobody's

    def adjoins(self, index: int) -> bool:
        """Whether line `index` follows line `index - 1` without a gap."""
        return 0 < index < len(self.numbers) and self.numbers[index] == self.numbers[index - 1] + 1

    def settle(self, index: int, claim: Claim | None) -> None:
        """Decide a line."""
        self.claims[index] = claim
        self.is_settled[index] = True

    def open_lines(self) -> list[int]:
        """The lines nobody has claimed yet."""
        return [index for index, settled in enumerate(self.is_settled) if not settled]

    def gaps(self) -> list[tuple[int, int]]:
        """(first, behind the last) of the neighbouring lines nobody has claimed yet."""
        found: list[tuple[int, int]] = []
        for index in self.open_lines():
            if found and found[-1][1] == index and self.adjoins(index):
                found[-1] = (found[-1][0], index + 1)
            else:
                found.append((index, index + 1))
        return found

    def before(self, index: int) -> Claim | None:
        """The claim of the line above, if that is the neighbour."""
        return self.claims[index - 1] if self.adjoins(index) else None

    def after(self, stop: int) -> Claim | None:
        """The claim of the line at `stop`, if it is the neighbour of the one above."""
        return self.claims[stop] if self.adjoins(stop) else None


class Hunk(NamedTuple):
    """Lines of a page, from `start` to before `end`, that stand where the commit took others away."""

    start: int
    end: int
    removed: tuple[int, ...]


class Question(NamedTuple):
    """One file of one commit, and all that may explain it."""

    file_id: int
    page: Page
    removed: tuple[int, ...]  # hashes of the lines the commit took away, from any file
    hunks: list[Hunk]  # of this file
    writes: list[Written]  # to the file or a name it had, before the commit; newest first
    spent: set[tuple[int, int]]  # (change_key, change_line) that earlier commits hold
    written_until: int  # UTC milliseconds: what was written later is not in the commit
    fresh_from: int  # UTC milliseconds: when the commit before this one was authored
    ancestry: list[Origin]  # commits that this one stands for: amended, rebased, cherry-picked
    earlier: Callable[[], list[Origin]]  # other commits of the file, newest first
    is_ancestor: Callable[[int], bool]  # whether a commit came before this one in its own history
