"""Without a token: what messages say about pull requests, and how the mainline spreads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aea.ingest.catch_up import open_database
from aea.pipeline.refresh import rebuild
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import Repo, make_repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(home: Path) -> Repo:
    made = make_repo(home / "repo")
    made.change({"a.py": "alpha = 1\n"}, "Begin")
    return made


def read(repo: Repo) -> None:
    """IngestRun; events equal their definition, step by step as at once."""
    ingest(directory=str(repo.directory))
    assert_consistent()
    before = dump_events()
    connection = open_database()
    rebuild(connection)
    connection.close()
    assert dump_events() == before


def outcome(sha: str) -> Any:
    """(status, number, opened, merged, merged at) of one commit; None without a row."""
    rows = select("SELECT * FROM event_commit_pr_outcome WHERE commit_sha = ?", sha)
    names = ("lookup_status", "pr_number", "pr_opened_flag", "pr_merged_flag", "pr_merged_at")
    return tuple(rows[0][name] for name in names) if rows else None


def time_of(sha: str) -> Any:
    query = "SELECT commit_time FROM event_commit_outcome WHERE commit_sha = ?"
    return select(query, sha)[0]["commit_time"]


def merge(repo: Repo, branch: str, message: str) -> str:
    repo.clock += 60
    repo.git("merge", "-q", "--no-ff", "-m", message, branch)
    return repo.git("rev-parse", "HEAD")


def test_a_number_is_merged_while_the_mainline_has_it(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    sha = repo.change({"b.py": "beta = 1\n"}, "Add tax (#7)")
    other = repo.change({"c.py": "gamma = 1\n"}, "No number")
    read(repo)
    assert outcome(sha) == ("subject", 7, 1, None, None)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "topic")
    read(repo)
    assert outcome(sha) == ("subject", 7, 1, 1, time_of(sha))
    assert outcome(other) is None


def test_a_merge_speaks_for_what_it_brought(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    work = repo.change({"b.py": "beta = 1\n"}, "Work")
    named = repo.change({"b.py": "beta = 2\n"}, "Inner work (#5)")
    read(repo)
    assert outcome(work) is None
    repo.git("checkout", "-q", "main")
    sha = merge(repo, "topic", "Merge pull request #8 from ada/topic")
    read(repo)
    assert outcome(work) == ("subject", 8, 1, 1, time_of(sha))
    assert outcome(named) == ("subject", 5, 1, 1, time_of(sha))
    assert outcome(sha) == ("subject", 8, 1, 1, time_of(sha))


def test_a_squash_speaks_for_what_it_holds(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    parts = [repo.change({f"{n}.py": f"line_{n} = {n}\n"}, f"Part {n}") for n in range(3)]
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "topic")
    squash = repo.commit("All parts (#9)")
    repo.git("branch", "-q", "-D", "topic")
    read(repo)
    for sha in (*parts, squash):
        assert outcome(sha) == ("subject", 9, 1, 1, time_of(squash))


def test_what_was_picked_into_a_merged_branch(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "old")
    first = repo.change({"b.py": "beta = 1\nbeta = 2\n"}, "Work")
    repo.git("checkout", "-q", "-b", "new", "main")
    repo.change({"c.py": "gamma = 1\n"}, "Before it")
    repo.clock += 60
    repo.git("cherry-pick", first)
    repo.git("checkout", "-q", "main")
    sha = merge(repo, "new", "Merge pull request #8 from ada/new")
    read(repo)
    assert outcome(first) == ("subject", 8, 1, 1, time_of(sha))
