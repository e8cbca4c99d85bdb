"""Write fact_commit_authorship: what other tools recorded about who wrote a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.keys import key64
from aea.store.write import merges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.records import Authorship
    from aea.store.engine.db import Connection


class AuthorshipWriter:
    """Writes the records of one repository. The caller holds the transaction."""

    def __init__(self, connection: Connection, repository_id: int, source_id: int) -> None:
        self._connection = connection
        self._place = (repository_id, source_id)

    def write(self, records: Iterable[Authorship], now: int) -> None:
        """Write records. Reading a record again changes nothing."""
        repository_id, source_id = self._place
        self._connection.executemany(
            merges.statement("fact_commit_authorship"),
            [
                (repository_id, one.commit_sha, source_id, key64(*one[1:]), *one[1:], now)
                for one in records
            ],
        )

    def forget_notes(self, shas: Iterable[str]) -> None:
        """Delete the notes of commits, because they were replaced or removed."""
        self._connection.executemany(
            "DELETE FROM fact_commit_authorship WHERE repository_id = ?1 AND source_id = ?2"
            " AND commit_sha = ?3 AND record_kind = 'git_ai_note'",
            [(*self._place, sha) for sha in shas],
        )

    def forget_all_notes(self) -> None:
        """Delete all notes, to read them again."""
        self._connection.execute(
            "DELETE FROM fact_commit_authorship WHERE repository_id = ? AND source_id = ?"
            " AND record_kind = 'git_ai_note'",
            self._place,
        )
