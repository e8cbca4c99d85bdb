"""What is on the mainline, since when, and by which way it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aea.pipeline.refresh import rebuild
from aea.store.engine import db
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import Repo, clone, make_repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(home: Path) -> Repo:
    made = make_repo(home / "repo")
    made.change({"a.py": "alpha = 1\nbeta = 2\ngamma = 3\n"}, "Begin")
    return made


def look(*repos: Repo) -> None:
    """Read, and prove that a rebuild gives the same."""
    for repo in repos:
        ingest(directory=str(repo.directory))
    assert_consistent()
    before = dump_events()
    connection = db.open_writer()
    rebuild(connection)
    connection.close()
    assert dump_events() == before


def merged(sha: str) -> Any:
    """(flag, evidence) of one commit."""
    (row,) = select("SELECT * FROM event_commit_outcome WHERE commit_sha = ?", sha)
    assert (row["mainline_at"] is None) == (not row["merged_to_mainline_flag"])
    return row["merged_to_mainline_flag"], row["merged_evidence"]


def feature(repo: Repo, name: str = "feature", file: str = "b.py") -> str:
    repo.git("checkout", "-q", "-b", name)
    return repo.change({file: f"delta = 4\nepsilon = '{name}'\n"}, f"Add {name}")


def test_without_a_mainline_nothing_is_known(home: Path) -> None:
    repo = make_repo(home / "repo", "-b", "work")
    sha = repo.change({"a.py": "alpha = 1\n"})
    look(repo)
    assert merged(sha) == (None, None)
    repo.git("branch", "main")
    look(repo)
    assert merged(sha) == (1, "direct")


def test_a_merge_brings_the_branch(repo: Repo) -> None:
    sha = feature(repo)
    look(repo)
    assert merged(sha) == (0, None)
    repo.git("checkout", "-q", "main")
    merge = repo.merge("feature")
    look(repo)
    assert (merged(sha), merged(merge)) == ((1, "merge"), (1, "direct"))
    (row,) = select("SELECT mainline_at FROM event_commit_outcome WHERE commit_sha = ?", sha)
    (arrived,) = select("SELECT commit_time FROM event_commit_outcome WHERE commit_sha = ?", merge)
    assert row["mainline_at"] == arrived["commit_time"]


def test_a_fast_forward_brings_it_too_and_the_branch_may_go(repo: Repo) -> None:
    sha = feature(repo)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "feature")
    repo.git("branch", "-D", "feature")
    look(repo)
    assert merged(sha) == (1, "direct")


def test_a_merge_the_other_way_round_moves_the_trunk(repo: Repo) -> None:
    other = feature(repo)
    repo.git("checkout", "-q", "main")
    mine = repo.change({"c.py": "zeta = 5\n"}, "On main")
    look(repo)
    assert merged(mine) == (1, "direct")
    repo.git("checkout", "-q", "feature")
    repo.merge("main")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "feature")
    look(repo)
    assert (merged(other), merged(mine)) == ((1, "direct"), (1, "merge"))


def test_what_an_amend_or_a_reset_takes_away_is_not_merged(repo: Repo) -> None:
    sha = repo.change({"c.py": "zeta = 5\n"}, "On main")
    look(repo)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    look(repo)
    assert merged(sha) == (0, None)
    repo.git("reset", "-q", "--hard", sha)
    look(repo)
    assert merged(sha) == (1, "direct")


def test_the_remote_may_be_ahead_of_the_local_branch(repo: Repo, home: Path) -> None:
    copy = clone(repo.directory, home / "copy")
    sha = repo.change({"c.py": "zeta = 5\n"}, "On main")
    copy.git("fetch", "-q")
    look(copy)
    assert merged(sha) == (1, "direct")


def test_the_other_clone_closes_the_gap_of_a_shallow_one(home: Path) -> None:
    repo = make_repo(home / "repo")
    repo.git("remote", "add", "origin", "https://example.org/team/code.git")
    first = repo.change({"a.py": "alpha = 1\n"})
    repo.change({"a.py": "alpha = 2\n"})
    shallow = clone(f"file://{repo.directory}", home / "shallow", "--depth=1")
    shallow.git("remote", "set-url", "origin", "https://example.org/team/code.git")
    look(shallow)
    assert select("SELECT * FROM event_commit_outcome WHERE commit_sha = ?", first) == []
    look(repo)
    assert merged(first) == (1, "direct")


def test_a_deleted_mainline_is_unknown_again_and_another_takes_its_place(repo: Repo) -> None:
    sha = feature(repo)
    look(repo)
    repo.git("branch", "-m", "main", "old")
    look(repo)
    assert merged(sha) == (None, None)
    repo.git("branch", "develop")
    look(repo)
    assert merged(sha) == (1, "direct")
    assert select("SELECT branch_name FROM derived_repository_mainline") == [
        {"branch_name": "develop"}
    ]


def test_a_rebase_merge_and_a_cherry_pick_bring_the_same_change(repo: Repo) -> None:
    sha = feature(repo)
    repo.git("checkout", "-q", "main")
    repo.change({"c.py": "zeta = 5\n"}, "On main")
    repo.clock += 60
    repo.git("cherry-pick", "feature")
    look(repo)
    assert merged(sha) == (1, "same_patch")
    repo.git("branch", "-D", "feature")
    look(repo)
    assert merged(sha) == (1, "same_patch")


def test_an_amended_commit_lands_with_what_replaced_it(repo: Repo) -> None:
    sha = feature(repo)
    repo.write("b.py", "delta = 4\nepsilon = 'better'\n")
    repo.git("commit", "-q", "-a", "--amend", "--no-edit")
    new = repo.git("rev-parse", "HEAD")
    look(repo)
    assert (merged(sha), merged(new)) == ((0, None), (0, None))
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "feature")
    look(repo)
    assert (merged(sha), merged(new)) == ((1, "rewrite"), (1, "direct"))


def squash(repo: Repo, branch: str = "feature") -> str:
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", branch)
    return repo.commit("All of it (#4)")


def test_a_squash_of_one_small_line_is_found(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "feature")
    sha = repo.change({"a.py": "alpha = 1\nbeta = 22\ngamma = 3\n"}, "Better beta")
    second = repo.change({"c.py": "zeta = 5\n"}, "And a zeta")
    look(repo)
    squash(repo)
    look(repo)
    assert (merged(sha), merged(second)) == ((1, "squash"), (1, "squash"))


def test_what_a_later_commit_of_the_branch_took_back_landed_with_it(repo: Repo) -> None:
    first = feature(repo)
    second = repo.change({"b.py": "delta = 44\nomega = 9\n"}, "Say it otherwise")
    squash(repo)
    after = feature(repo, "more", "d.py")
    look(repo)
    assert [merged(sha) for sha in (first, second, after)] == [(1, "squash")] * 2 + [(0, None)]


def test_work_on_the_branch_after_the_squash_has_not_landed(repo: Repo) -> None:
    first = feature(repo)
    squash(repo)
    repo.git("checkout", "-q", "feature")
    later = repo.change({"b.py": "delta = 4\nepsilon = 'feature'\nomega = 9\n"}, "More")
    look(repo)
    assert (merged(first), merged(later)) == ((1, "same_patch"), (0, None))


def test_a_squash_that_is_taken_from_the_mainline_has_not_landed(repo: Repo) -> None:
    sha = feature(repo)
    repo.change({"c.py": "zeta = 5\n"}, "And a zeta")
    look(repo)
    squash(repo)
    look(repo)
    assert merged(sha) == (1, "squash")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    look(repo)
    assert merged(sha) == (0, None)


def test_another_change_of_the_same_file_is_no_squash(repo: Repo) -> None:
    sha = feature(repo)
    repo.git("checkout", "-q", "main")
    repo.change({"b.py": "something = 'else'\n"}, "Other file of that name")
    look(repo)
    assert merged(sha) == (0, None)
