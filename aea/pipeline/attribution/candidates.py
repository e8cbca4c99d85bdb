"""What attribution reads of the facts: everything that may explain the lines of one commit."""

from __future__ import annotations

from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from aea.lines import hash_numbers, line_numbers, unpack_runs
from aea.pipeline.attribution.lineage import (
    SECOND_MS,
    WINDOW_MS,
    Order,
    former_names,
    read_files,
    twins,
)
from aea.pipeline.attribution.model import Hunk, Origin, Owner, Page, Question, Written
from aea.pipeline.attribution.queries import read_claims
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aea.pipeline.attribution.lineage import CommitRow, FileRow
    from aea.pipeline.attribution.model import Claim
    from aea.store.engine.db import Connection

_MAX_WRITES = 400  # to one file before one commit, newest first
_MAX_ORIGINS = 100  # earlier commits of one file, newest first
_MAX_ANCESTORS = 2_000  # looked at for one commit; one that is farther away counts as an ancestor
_MAX_FILES = 50  # of one commit, between which lines may have moved


class Asked:
    """Everything about one commit that its files' questions share."""

    def __init__(self, connection: Connection, commit: CommitRow) -> None:
        self._connection = connection
        self._commit = commit
        self._ancestry = Ancestry(connection, commit)
        self._held: set[tuple[int, int]] = set()
        self.files = read_files(connection, commit)

    def hold(self, claims: Iterable[tuple[int, Claim]]) -> None:
        """What one file of the commit got, no other file of it can have."""
        for _, claim in claims:
            if claim.change_key is not None and claim.change_line is not None:
                self._held.add((claim.change_key, claim.change_line))

    def question(self, file: FileRow) -> Question:
        """What there is to explain the added lines of one file."""
        commit = self._commit
        names = former_names(self._connection, file.file_id, commit)
        others = [twin for twin in twins(self._connection, file, commit) if twin not in names]
        writes = self._writes(names + others)
        before = self._before(names)
        return Question(
            file_id=file.file_id,
            page=Page(line_numbers(file.added_runs), hash_numbers(file.added_hashes)),
            removed=self._removed,
            hunks=list(_hunks(file)),
            writes=writes,
            spent=self._spent(writes),
            written_until=self._written_until,
            fresh_from=max(
                (authored for _, authored, _ in before if authored < commit.authored_at), default=0
            ),
            ancestry=self._origins([row for row in before if row[0] in self._replaced]),
            earlier=lambda: self._earlier(before, [*others, *self._taken_from(names)]),
            is_ancestor=self._ancestry.has,
        )

    def _writes(self, names: list[int]) -> list[Written]:
        """To the file under any of its names, newest first."""
        until = self._written_until
        marks = ", ".join("?" * len(names))
        rows = db.rows(
            self._connection,
            "SELECT change_key, session_id, agent_id, occurred_at, file_id, operation, is_before_known,"
            " added_hashes, removed_hashes, added_runs, removed_runs FROM fact_session_code_change"
            f" WHERE file_id IN ({marks}) AND occurred_at BETWEEN ? AND ?"
            " ORDER BY occurred_at DESC, change_key LIMIT ?",
            (*names, until - WINDOW_MS, until, _MAX_WRITES),
        )
        return [_written(*row) for row in rows]

    def _spent(self, writes: list[Written]) -> set[tuple[int, int]]:
        """What commits before this one, and other files of this one, hold of the writes."""
        spent = set(self._held)
        if not writes:
            return spent
        marks = ", ".join("?" * len(writes))
        rows = db.rows(
            self._connection,
            "SELECT m.change_key, m.change_line, m.line_count FROM derived_commit_line_match AS m"
            f" INNER JOIN fact_commit AS c ON c.id = m.commit_id WHERE m.change_key IN ({marks})"
            " AND (c.ordered_at, c.depth, c.commit_sha) < (?, ?, ?)",
            (*[write.change_key for write in writes], *self._commit.order),
        )
        for key, line, count in rows:
            spent.update((key, line + step) for step in range(count))
        return spent

    def _before(self, names: list[int]) -> list[tuple[int, int, int]]:
        """(commit, authored_at, file) of the commits of a file before this one, newest first."""
        order = self._commit.order
        found: list[tuple[Order, int, tuple[int, int, int]]] = []
        for place, name in enumerate(names):
            rows = db.rows(
                self._connection,
                "SELECT c.ordered_at, c.depth, c.commit_sha, c.id, c.authored_at"
                " FROM fact_commit_file_change AS f INNER JOIN fact_commit AS c ON c.id = f.commit_id"
                " WHERE f.file_id = ? AND f.ordered_at <= ?"
                " AND (c.ordered_at, c.depth, c.commit_sha) < (?, ?, ?)"
                " ORDER BY f.ordered_at DESC, c.depth DESC, c.commit_sha DESC LIMIT ?",
                (name, order.ordered_at, *order, _MAX_ORIGINS),
            )
            found += [(Order(*row[:3]), -place, (row[3], row[4], name)) for row in rows]
        found.sort(reverse=True)  # no surrogate decides: order and place are never both equal
        return [row for *_, row in found[:_MAX_ORIGINS]]

    def _taken_from(self, names: list[int]) -> list[int]:
        """The other files that this commit took lines from, under every name they had."""
        others = [file.file_id for file in self.files if file.removed_hashes][:_MAX_FILES]
        former = [former_names(self._connection, other, self._commit) for other in others]
        return [name for some in former for name in some if name not in names]

    @cached_property
    def _written_until(self) -> int:
        """Its commit date. A rebase moves that: of a commit whose original is not here, when it was authored."""
        commit = self._commit
        is_dated_later = not self._replaced and commit.authored_at < commit.occurred_at
        return (commit.authored_at if is_dated_later else commit.occurred_at) + SECOND_MS

    @cached_property
    def _removed(self) -> tuple[int, ...]:
        return tuple(line for file in self.files for line in hash_numbers(file.removed_hashes))

    @cached_property
    def _replaced(self) -> set[int]:
        """Earlier commits that this one stands for: rewritten into it, or with the same patch."""
        commit = self._commit
        rows = db.rows(
            self._connection,
            "SELECT c.id FROM fact_commit_rewrite AS r INNER JOIN fact_commit AS c"
            " ON c.repository_id = r.repository_id AND c.commit_sha = r.old_sha"
            " WHERE r.repository_id = ?1 AND r.new_sha = ?2"
            " UNION SELECT id FROM fact_commit WHERE repository_id = ?1 AND patch_key = ?3"
            " AND (ordered_at, depth, commit_sha) < (?4, ?5, ?2)",
            (commit.repository_id, commit.order.sha, commit.patch_key, *commit.order[:2]),
        )
        return {commit_id for (commit_id,) in rows}

    def _earlier(self, before: list[tuple[int, int, int]], others: list[int]) -> list[Origin]:
        """None when no line of the files has an owner: there is nothing to inherit."""
        files = {file_id for *_, file_id in before}.union(others)
        marks = ", ".join("?" * len(files))
        query = f"SELECT 1 FROM derived_commit_line_match WHERE file_id IN ({marks}) LIMIT 1"
        if self._connection.execute(query, tuple(files)).fetchone() is None:
            return []
        return self._origins(before + self._before(others))

    def _origins(self, rows: Sequence[tuple[int, int, int]]) -> list[Origin]:
        return [_origin(self._connection, commit_id, file_id) for commit_id, _, file_id in rows]


class Ancestry:
    """Which commits came before one in its own history; looked up only as far as is asked."""

    def __init__(self, connection: Connection, commit: CommitRow) -> None:
        self._connection = connection
        self._repository_id = commit.repository_id
        self._seen: set[int] = set()
        self._queue: list[tuple[int, int, str, int, str]] = []
        self._shas: set[str] = set()
        self._push(commit.parent_shas)

    def has(self, commit_id: int) -> bool:
        """Whether the commit is an ancestor; one that is too far away counts as one."""
        query = "SELECT -ordered_at, -depth FROM fact_commit WHERE id = ?"
        (place,) = db.rows(self._connection, query, (commit_id,))
        while self._queue and self._queue[0][:2] <= place and len(self._seen) < _MAX_ANCESTORS:
            *_, found, parents = heappop(self._queue)
            self._seen.add(found)
            self._push(parents)
        return commit_id in self._seen or len(self._seen) >= _MAX_ANCESTORS

    def _push(self, parent_shas: str) -> None:
        for sha in parent_shas.split():
            if sha in self._shas:
                continue
            self._shas.add(sha)
            row = self._connection.execute(
                "SELECT -ordered_at, -depth, commit_sha, id, parent_shas FROM fact_commit"
                " WHERE repository_id = ? AND commit_sha = ?",
                (self._repository_id, sha),
            ).fetchone()
            if row:
                heappush(self._queue, row)


def _hunks(file: FileRow) -> Iterator[Hunk]:
    """Where lines were added in the place of others."""
    added, removed = unpack_runs(file.added_runs), unpack_runs(file.removed_runs)
    lines = hash_numbers(file.removed_hashes)
    offset = index = taken = 0  # new numbers less old ones; lines of the page; removed lines
    while added and removed:
        (new, come), (old, gone) = added[0], removed[0]
        here = old + offset
        if new == here:
            yield Hunk(index, index + come, lines[taken : taken + gone])
        if new <= here:
            added.pop(0)
            index, offset = index + come, offset + come
        if new >= here:
            removed.pop(0)
            taken, offset = taken + gone, offset - gone


def _written(
    change_key: int,
    session_id: int,
    agent_id: str | None,
    occurred_at: int,
    file_id: int,
    operation: str,
    is_before_known: int,
    added: bytes,
    removed: bytes,
    added_runs: bytes | None,
    removed_runs: bytes | None,
) -> Written:
    numbers = None if added_runs is None else line_numbers(added_runs)
    lines = hash_numbers(added)
    covers_all = numbers == tuple(range(1, len(lines) + 1))
    is_blind = not is_before_known and not removed and removed_runs is None and covers_all
    return Written(
        change_key=change_key,
        owner=Owner(session_id, agent_id),
        occurred_at=occurred_at,
        file_id=file_id,
        is_whole=operation in ("create", "delete") or is_blind,
        added=lines,
        removed=hash_numbers(removed),
        added_at=numbers,
        removed_at=None if removed_runs is None else line_numbers(removed_runs),
    )


def _origin(connection: Connection, commit_id: int, file_id: int) -> Origin:
    ((runs, added, removed),) = db.rows(
        connection,
        "SELECT added_runs, added_hashes, removed_hashes FROM fact_commit_file_change"
        " WHERE commit_id = ? AND file_id = ?",
        (commit_id, file_id),
    )
    claims = read_claims(connection, commit_id, file_id)
    owned = tuple(claims.get(number) for number in line_numbers(runs))
    return Origin(commit_id, hash_numbers(added), owned, hash_numbers(removed))
