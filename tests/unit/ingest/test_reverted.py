"""A commit knows that it was reverted, by which evidence, whatever came first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import Repo, make_repo


@pytest.fixture
def repo(home: Path) -> Repo:
    made = make_repo(home / "repo")
    made.change({"a.py": "alpha = 1\nbeta = 2\ngamma = 3\n"}, "Begin")
    return made


def evidence(sha: str) -> Any:
    """(flag, evidence) of one commit."""
    query = "SELECT * FROM event_commit_outcome WHERE commit_sha = ?"
    (row,) = select(query, sha)
    return row["reverted_later_flag"], row["reverted_evidence"]


def add_tax(repo: Repo) -> str:
    return repo.change({"a.py": "alpha = 1\nbeta = 2\ngamma = 3\ntax = 4\n"}, "Add tax (#7)")


def test_the_trailer_tells(repo: Repo) -> None:
    sha = add_tax(repo)
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (0, None)
    repo.clock += 60
    repo.git("revert", "--no-edit", sha)
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (1, "trailer")
    assert_consistent()


def test_the_same_lines_taken_back_tell(repo: Repo) -> None:
    sha = add_tax(repo)
    repo.change({"a.py": "alpha = 1\nbeta = 2\ngamma = 3\n"}, "No tax after all")
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (1, "inverse_patch")


def test_the_subject_tells_of_the_latest_of_that_name(repo: Repo) -> None:
    first = add_tax(repo)
    second = repo.change({"b.py": "delta = 5\n"}, "Add tax")
    ingest(directory=str(repo.directory))
    repo.change({"b.py": "delta = 6\n", "c.py": "x\n"}, 'Revert "Add tax" (#9)')
    ingest(directory=str(repo.directory))
    assert (evidence(first), evidence(second)) == ((0, None), (1, "subject"))
    assert_consistent()


def test_a_revert_that_was_dropped_does_not_count(repo: Repo) -> None:
    sha = add_tax(repo)
    repo.clock += 60
    repo.git("revert", "--no-edit", sha)
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (1, "trailer")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (0, None)
    assert_consistent()


def test_a_rewritten_commit_is_reverted_by_its_old_name(repo: Repo) -> None:
    sha = add_tax(repo)
    repo.clock += 60
    repo.git("commit", "-q", "--amend", "-m", "Add taxes")
    new = repo.git("rev-parse", "HEAD")
    repo.change({"c.py": "x\n"}, f"Undo\n\nThis reverts commit {sha}.")
    ingest(directory=str(repo.directory))
    before = dump_events()
    assert evidence(new) == (1, "trailer")
    ingest(directory=str(repo.directory))
    assert dump_events() == before
