"""Without a token: what messages say about pull requests, and how the mainline spreads it."""

from __future__ import annotations

from typing import Any

import pytest

from aea.ingest.catch_up import open_current
from aea.ingest.session import Ingest
from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import Repo, make_repo


@pytest.fixture
def repo(home: Any) -> Repo:
    made = make_repo(home / "repo")
    made.change({"a.py": "alpha = 1\n"}, "Begin")
    return made


def outcome(sha: str) -> Any:
    """(status, number, opened, merged, merged at) of one commit; None without a row."""
    rows = select("SELECT * FROM event_commit_pr_outcome WHERE commit_sha = ?", sha)
    names = ("lookup_status", "pr_number", "pr_opened_flag", "pr_merged_flag", "pr_merged_at")
    return tuple(rows[0][name] for name in names) if rows else None


def write(statement: str, *parameters: object) -> None:
    """What aea/materialize writes of the mainline, in a transaction that refreshes events."""
    connection = open_current()
    with Ingest(connection).transaction():
        connection.execute(statement, parameters)
    connection.close()


def arrive(sha: str, trunk: str, at: int = 1_700_000_600_000) -> None:
    write(
        "DELETE FROM fact_commit_landing WHERE commit_id = (SELECT id FROM fact_commit WHERE commit_sha = ?)",
        sha,
    )
    write(
        "INSERT INTO fact_commit_mainline SELECT c.id, c.repository_id, t.id, 1, ?, 5 FROM fact_commit AS c,"
        " fact_commit AS t WHERE c.commit_sha = ? AND t.commit_sha = ?"
        " ON CONFLICT DO UPDATE SET trunk_id = excluded.trunk_id, occurred_at = excluded.occurred_at",
        at,
        sha,
        trunk,
    )


def land(sha: str, landed: str) -> None:
    write(
        "DELETE FROM fact_commit_mainline WHERE commit_id = (SELECT id FROM fact_commit WHERE commit_sha = ?)",
        sha,
    )
    write(
        "INSERT INTO fact_commit_landing SELECT c.id, c.repository_id, t.id, 'squash', 1700000700000, 5"
        " FROM fact_commit AS c, fact_commit AS t WHERE c.commit_sha = ? AND t.commit_sha = ?"
        " ON CONFLICT DO UPDATE SET landed_id = excluded.landed_id",
        sha,
        landed,
    )


def leave() -> None:
    write("DELETE FROM fact_commit_mainline")
    write("DELETE FROM fact_commit_landing")


ARRIVED = "2023-11-14T22:23:20Z"
LANDED = "2023-11-14T22:25:00Z"


def test_a_squash_is_merged_when_it_is_on_the_mainline(repo: Repo) -> None:
    sha = repo.change({"a.py": "alpha = 2\n"}, "Add tax (#7)")
    other = repo.change({"a.py": "alpha = 3\n"}, "No number")
    ingest(directory=str(repo.directory))
    leave()
    assert outcome(sha) == ("subject", 7, 1, None, None)
    arrive(sha, sha)
    arrive(other, other)
    assert outcome(sha) == ("subject", 7, 1, 1, ARRIVED)
    assert outcome(other) is None
    assert_consistent()
    leave()
    assert outcome(sha) == ("subject", 7, 1, None, None)
    assert_consistent()


def test_a_merge_speaks_for_what_it_brought_and_a_squash_for_what_it_holds(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    work = repo.change({"b.py": "beta = 1\n"}, "Work")
    named = repo.change({"b.py": "beta = 2\n"}, "Inner work (#5)")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge pull request #8 from ada/topic", "topic")
    merge = repo.git("rev-parse", "HEAD")
    squash = repo.change({"c.py": "x = 1\n"}, "Squashed (#9)")
    ingest(directory=str(repo.directory))
    leave()
    for sha in (work, named, merge):
        arrive(sha, merge)
    assert outcome(work) == ("subject", 8, 1, 1, ARRIVED)
    assert outcome(named) == ("subject", 5, 1, 1, ARRIVED)
    assert outcome(merge) == ("subject", 8, 1, 1, ARRIVED)
    assert_consistent()

    land(work, squash)  # as if it had been squashed instead
    assert outcome(work) == ("subject", 9, 1, 1, LANDED)
    arrive(named, named)
    land(work, named)
    arrive(named, merge)
    assert outcome(work) == ("subject", 5, 1, 1, LANDED)
    write("UPDATE fact_commit SET pull_number = NULL WHERE commit_sha = ?", named)
    assert outcome(work) == ("subject", 8, 1, 1, LANDED)
    assert_consistent()
