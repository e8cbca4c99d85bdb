"""Which commits are on the mainline, since when, and how they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.database import select
from tests.support.mainline import begin, feature, ingest_and_rebuild, merged
from tests.support.repos import Repo, clone, make_repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(home: Path) -> Repo:
    return begin(home)


def test_without_a_mainline_nothing_is_known(home: Path) -> None:
    repo = make_repo(home / "repo", "-b", "work")
    sha = repo.change({"a.py": "alpha = 1\n"})
    ingest_and_rebuild(repo)
    assert merged(sha) == (None, None)
    repo.git("branch", "main")
    ingest_and_rebuild(repo)
    assert merged(sha) == (1, "direct")


def test_a_merge_brings_the_branch(repo: Repo) -> None:
    sha = feature(repo)
    ingest_and_rebuild(repo)
    assert merged(sha) == (0, None)
    repo.git("checkout", "-q", "main")
    merge = repo.merge("feature")
    ingest_and_rebuild(repo)
    assert (merged(sha), merged(merge)) == ((1, "merge"), (1, "direct"))
    (row,) = select("SELECT mainline_at FROM event_commit_outcome WHERE commit_sha = ?", sha)
    (arrived,) = select("SELECT commit_time FROM event_commit_outcome WHERE commit_sha = ?", merge)
    assert row["mainline_at"] == arrived["commit_time"]


def test_a_fast_forward_brings_it_too_and_the_branch_may_go(repo: Repo) -> None:
    sha = feature(repo)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "feature")
    repo.git("branch", "-D", "feature")
    ingest_and_rebuild(repo)
    assert merged(sha) == (1, "direct")


def test_a_merge_the_other_way_round_moves_the_trunk(repo: Repo) -> None:
    other = feature(repo)
    repo.git("checkout", "-q", "main")
    mine = repo.change({"c.py": "zeta = 5\n"}, "On main")
    ingest_and_rebuild(repo)
    assert merged(mine) == (1, "direct")
    repo.git("checkout", "-q", "feature")
    repo.merge("main")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "feature")
    ingest_and_rebuild(repo)
    assert (merged(other), merged(mine)) == ((1, "direct"), (1, "merge"))


def test_what_an_amend_or_a_reset_takes_away_is_not_merged(repo: Repo) -> None:
    sha = repo.change({"c.py": "zeta = 5\n"}, "On main")
    ingest_and_rebuild(repo)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    ingest_and_rebuild(repo)
    assert merged(sha) == (0, None)
    repo.git("reset", "-q", "--hard", sha)
    ingest_and_rebuild(repo)
    assert merged(sha) == (1, "direct")


def test_the_remote_may_be_ahead_of_the_local_branch(repo: Repo, home: Path) -> None:
    copy = clone(repo.directory, home / "copy")
    sha = repo.change({"c.py": "zeta = 5\n"}, "On main")
    copy.git("fetch", "-q")
    ingest_and_rebuild(copy)
    assert merged(sha) == (1, "direct")


def test_the_other_clone_closes_the_gap_of_a_shallow_one(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.git("remote", "add", "origin", "https://example.org/team/code.git")
    first = repo.change({"a.py": "alpha = 1\n"})
    repo.change({"a.py": "alpha = 2\n"})
    shallow = clone(f"file://{repo.directory}", home / "shallow", "--depth=1")
    shallow.git("remote", "set-url", "origin", "https://example.org/team/code.git")
    ingest_and_rebuild(shallow)
    assert select("SELECT * FROM event_commit_outcome WHERE commit_sha = ?", first) == []
    ingest_and_rebuild(repo)
    assert merged(first) == (1, "direct")


def test_a_deleted_mainline_is_unknown_again_and_another_takes_its_place(repo: Repo) -> None:
    sha = feature(repo)
    ingest_and_rebuild(repo)
    repo.git("branch", "-m", "main", "old")
    ingest_and_rebuild(repo)
    assert merged(sha) == (None, None)
    repo.git("branch", "develop")
    ingest_and_rebuild(repo)
    assert merged(sha) == (1, "direct")
    assert select("SELECT branch_name FROM derived_repository_mainline") == [
        {"branch_name": "develop"}
    ]
