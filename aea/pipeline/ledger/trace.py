"""Find the lines of sessions that arrived with a commit of the trunk, and those that it removed.

A line is identified by the commit that added it. A removed line is followed back along the trunk, from diff to diff,
to that commit. No commit of the trunk depends on the result of another (ADR 0015).
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from aea.lines import is_trivial
from aea.pipeline.ledger.rules import follow_lines, list_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aea.pipeline.ledger.rules import FileDiff, Line, LineChanges

LineKey = tuple[int, int, int]  # commit that added the line, file, line number after that commit


class TrunkCommit(NamedTuple):
    """A commit of the trunk."""

    commit_id: int
    repository_id: int
    position: int
    occurred_at: int  # UTC milliseconds when it reached the mainline
    is_merge: bool


class MergedFile(NamedTuple):
    """The lines that a commit, which arrived with a merge, added to one file."""

    commit_id: int
    file_id: int
    old_file_id: int | None  # before a rename
    numbers: tuple[int, ...]
    hashes: tuple[int, ...]
    carried: set[int]  # numbers of lines that the commit only moved or restored


class Arrival(NamedTuple):
    """A line of a session that reached the mainline."""

    line: LineKey
    session_id: int


class Death(NamedTuple):
    """A line of a session that the mainline lost."""

    line: LineKey
    file_id: int  # its file after that
    is_nontrivial: bool


class History(Protocol):
    """The records that tracing reads, one at a time: only the trace knows how far back it goes."""

    def read_diffs(self, commit: TrunkCommit) -> list[FileDiff]:
        """All files of a commit of the trunk against its first parent."""

    def walk_back(
        self, file_id: int, commit: TrunkCommit
    ) -> Iterator[tuple[TrunkCommit, FileDiff]]:
        """The changes of a file before a commit of the trunk, latest first, back to its first session line."""

    def list_merged(self, merge: TrunkCommit) -> list[MergedFile]:
        """The files of the commits that arrived with a merge, the merge included, latest commit first."""

    def read_owners(self, commit_id: int, file_id: int) -> Mapping[int, int]:
        """The sessions that own added lines of a file, by line number."""


class Tracer:
    """Traces lines of one history. What several commits need is kept for a while."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._diffs = lru_cache(maxsize=256)(history.read_diffs)
        self._owners = lru_cache(maxsize=1024)(history.read_owners)
        self._changes = lru_cache(maxsize=256)(self._follow_lines)
        self._merged = lru_cache(maxsize=64)(self._find_merged)

    def find_arrivals(self, commit: TrunkCommit) -> Iterator[Arrival]:
        """The lines of sessions that arrived with a commit of the trunk."""
        kept = self._changes(commit).kept
        for diff in self._diffs(commit):
            for number in list_numbers(diff.added_runs):
                key = self._find_key(commit, (diff.file_id, number))
                owner = self._find_owner(key) if key else None
                if key and owner is not None and (diff.file_id, number) not in kept:
                    yield Arrival(key, owner)

    def find_deaths(self, commit: TrunkCommit) -> Iterator[Death]:
        """The lines of sessions that a commit of the trunk removed."""
        removed: dict[int, dict[int, int]] = {}
        for (file_id, number), hashed in self._changes(commit).removed.items():
            removed.setdefault(file_id, {})[number] = hashed
        for diff in self._diffs(commit):
            lines = removed.get(diff.old_file_id, {})
            for number, keys in self._trace(commit, diff.old_file_id, set(lines)).items():
                for key in keys:
                    if self._find_owner(key) is not None:
                        yield Death(key, diff.file_id, not is_trivial(lines[number]))

    def _follow_lines(self, commit: TrunkCommit) -> LineChanges:
        return follow_lines(self._diffs(commit))

    def _find_owner(self, key: LineKey) -> int | None:
        commit_id, file_id, number = key
        return self._owners(commit_id, file_id).get(number)

    def _find_key(self, commit: TrunkCommit, line: Line) -> LineKey | None:
        """The key of a line that a commit of the trunk added; None: no merged commit has it."""
        if commit.is_merge:
            return self._merged(commit).get(line)
        return (commit.commit_id, *line)

    def _trace(self, commit: TrunkCommit, file_id: int, lines: set[int]) -> dict[int, set[LineKey]]:
        """The keys of lines that were in a file just before a commit of the trunk."""
        found: dict[int, set[LineKey]] = {number: set() for number in lines}
        sought = {number: {number} for number in lines}  # number at this point of the walk: lines
        for earlier, diff in self._history.walk_back(file_id, commit) if lines else ():
            here: dict[int, set[int]] = {}
            elsewhere: dict[int, dict[int, set[int]]] = {}
            for number, ends in sought.items():
                for file, before in self._lines_before(earlier, diff, number, ends, found):
                    side = here if file == file_id else elsewhere.setdefault(file, {})
                    side.setdefault(before, set()).update(ends)
            for file, numbers in elsewhere.items():
                for number, keys in self._trace(earlier, file, set(numbers)).items():
                    for end in numbers[number]:
                        found[end] |= keys
            if not here:
                break
            sought = here
        return found

    def _lines_before(
        self,
        commit: TrunkCommit,
        diff: FileDiff,
        number: int,
        ends: set[int],
        found: dict[int, set[LineKey]],
    ) -> list[Line]:
        """The lines before a change that a line comes from. The key of a line that it added goes to `found`."""
        old = diff.number_before(number)
        if old is not None:
            return [(diff.old_file_id, old)]
        kept = self._changes(commit).kept.get((diff.file_id, number), [])
        key = None if kept else self._find_key(commit, (diff.file_id, number))
        if key:
            for end in ends:
                found[end].add(key)
        return kept

    def _find_merged(self, merge: TrunkCommit) -> dict[Line, LineKey]:
        """The keys of the lines that a merge added: each is the line of the latest commit that has it."""
        keys = self._list_keys(merge)
        kept = self._changes(merge).kept
        found: dict[Line, LineKey] = {}
        for diff in self._diffs(merge):
            for number, hashed in diff.list_added():
                same = keys.get((diff.file_id, hashed))
                if same and (diff.file_id, number) not in kept:
                    found[diff.file_id, number] = same.popleft()
        return found

    def _list_keys(self, merge: TrunkCommit) -> dict[tuple[int, int], deque[LineKey]]:
        """The keys of merged lines, by hash and by the name that their file has after the merge."""
        last_name: dict[int, int] = {}
        keys: dict[tuple[int, int], deque[LineKey]] = {}
        for file in self._history.list_merged(merge):
            name = last_name.get(file.file_id, file.file_id)
            if file.old_file_id is not None:
                last_name[file.old_file_id] = name
            for number, hashed in zip(file.numbers, file.hashes, strict=False):
                if number not in file.carried:
                    same = keys.setdefault((name, hashed), deque())
                    same.append((file.commit_id, file.file_id, number))
        return keys
