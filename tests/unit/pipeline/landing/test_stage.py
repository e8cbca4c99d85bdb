"""Which commits landed by another commit: rewritten, with the same patch, or in a squash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.mainline import begin, feature, ingest_and_rebuild, merged

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo


@pytest.fixture
def repo(home: Path) -> Repo:
    return begin(home)


def test_a_rebase_merge_and_a_cherry_pick_bring_the_same_change(repo: Repo) -> None:
    sha = feature(repo)
    repo.git("checkout", "-q", "main")
    repo.change({"c.py": "zeta = 5\n"}, "On main")
    repo.clock += 60
    repo.git("cherry-pick", "feature")
    ingest_and_rebuild(repo)
    assert merged(sha) == (1, "same_patch")
    repo.git("branch", "-D", "feature")
    ingest_and_rebuild(repo)
    assert merged(sha) == (1, "same_patch")


def test_an_amended_commit_lands_with_what_replaced_it(repo: Repo) -> None:
    sha = feature(repo)
    repo.write("b.py", "delta = 4\nepsilon = 'better'\n")
    repo.git("commit", "-q", "-a", "--amend", "--no-edit")
    new = repo.git("rev-parse", "HEAD")
    ingest_and_rebuild(repo)
    assert (merged(sha), merged(new)) == ((0, None), (0, None))
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "feature")
    ingest_and_rebuild(repo)
    assert (merged(sha), merged(new)) == ((1, "rewrite"), (1, "direct"))


def squash(repo: Repo, branch: str = "feature") -> str:
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", branch)
    return repo.commit("All of it (#4)")


def test_a_squash_of_one_small_line_is_found(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "feature")
    sha = repo.change({"a.py": "alpha = 1\nbeta = 22\ngamma = 3\n"}, "Better beta")
    second = repo.change({"c.py": "zeta = 5\n"}, "And a zeta")
    ingest_and_rebuild(repo)
    squash(repo)
    ingest_and_rebuild(repo)
    assert (merged(sha), merged(second)) == ((1, "squash"), (1, "squash"))


def test_what_a_later_commit_of_the_branch_took_back_landed_with_it(repo: Repo) -> None:
    first = feature(repo)
    second = repo.change({"b.py": "delta = 44\nomega = 9\n"}, "Say it otherwise")
    squash(repo)
    after = feature(repo, "more", "d.py")
    ingest_and_rebuild(repo)
    assert [merged(sha) for sha in (first, second, after)] == [(1, "squash")] * 2 + [(0, None)]


def test_work_on_the_branch_after_the_squash_has_not_landed(repo: Repo) -> None:
    first = feature(repo)
    squash(repo)
    repo.git("checkout", "-q", "feature")
    later = repo.change({"b.py": "delta = 4\nepsilon = 'feature'\nomega = 9\n"}, "More")
    ingest_and_rebuild(repo)
    assert (merged(first), merged(later)) == ((1, "same_patch"), (0, None))


def test_a_squash_that_is_taken_from_the_mainline_has_not_landed(repo: Repo) -> None:
    sha = feature(repo)
    repo.change({"c.py": "zeta = 5\n"}, "And a zeta")
    ingest_and_rebuild(repo)
    squash(repo)
    ingest_and_rebuild(repo)
    assert merged(sha) == (1, "squash")
    repo.git("reset", "-q", "--hard", "HEAD~1")
    ingest_and_rebuild(repo)
    assert merged(sha) == (0, None)


def test_another_change_of_the_same_file_is_no_squash(repo: Repo) -> None:
    sha = feature(repo)
    repo.git("checkout", "-q", "main")
    repo.change({"b.py": "something = 'else'\n"}, "Other file of that name")
    ingest_and_rebuild(repo)
    assert merged(sha) == (0, None)
