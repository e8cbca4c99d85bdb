"""Matches are stored as runs of lines and read back line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.attribution.model import Claim, Owner
from aea.pipeline.attribution.queries import find_commit, read_claims, write_claims
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


def test_claims_are_stored_as_runs_and_only_when_they_changed(connection: Connection) -> None:
    query = "SELECT commit_id, file_id, session_id FROM derived_commit_line_match LIMIT 1"
    ((commit_id, file_id, session_id),) = db.rows(connection, query)
    commit = find_commit(connection, commit_id)
    assert commit is not None
    owner = Owner(session_id, None)
    written = [Claim(owner, "run", 0.9, 5, line) for line in range(3)]
    claims = [
        *enumerate(written, 1),  # one run
        (9, written[0]),  # not the next line of the commit
        (10, written[2]._replace(change_line=7)),  # not the next line of the write
        (11, Claim(owner, "fill", 0.5)),
        (12, Claim(owner, "fill", 0.5)),
    ]
    with db.transaction(connection):
        assert write_claims(connection, commit, file_id, claims, 1)
        assert not write_claims(connection, commit, file_id, claims, 2)
    query = (
        "SELECT first_line, line_count FROM derived_commit_line_match"
        " WHERE commit_id = ? AND file_id = ? ORDER BY 1"
    )
    assert db.rows(connection, query, (commit_id, file_id)) == [(1, 3), (9, 1), (10, 1), (11, 2)]
    assert read_claims(connection, commit_id, file_id) == dict(claims)
    with db.transaction(connection):
        assert write_claims(connection, commit, file_id, [], 3)
    assert read_claims(connection, commit_id, file_id) == {}
