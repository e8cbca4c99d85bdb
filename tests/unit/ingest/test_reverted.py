"""A commit knows that it was reverted, by which evidence, whatever came first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession


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


def revert(repo: Repo, sha: str, *options: str) -> str:
    repo.clock += 60
    repo.git("revert", "--no-edit", *options, sha)
    return repo.git("rev-parse", "HEAD")


def test_the_last_link_of_a_chain_decides(repo: Repo) -> None:
    sha = last = add_tax(repo)
    for number in range(1, 5):
        last = revert(repo, last)
        ingest(directory=str(repo.directory))
        assert evidence(sha)[0] == number % 2
        assert_consistent()


def test_chains_of_subjects(repo: Repo) -> None:
    sha = repo.change({"b.py": "tax = 1\n"}, "Add tax (#1)")
    subjects = (
        'Revert "Add tax" (#2)',
        'Reapply "Add tax" (#3)',
        'Revert "Reapply "Add tax"" (#4)',
        'Revert "Revert "Reapply "Add tax""" (#5)',
    )
    for number, subject in enumerate(subjects, 1):
        repo.change({"b.py": f"tax = 1{number}\n"}, subject)
        ingest(directory=str(repo.directory))
        assert evidence(sha)[0] == number % 2
    assert_consistent()


def test_a_change_that_is_picked_again_stands(repo: Repo) -> None:
    sha = add_tax(repo)
    revert(repo, sha)
    repo.clock += 60
    repo.git("cherry-pick", sha)
    ingest(directory=str(repo.directory))
    assert evidence(sha)[0] == 0
    revert(repo, "HEAD")
    ingest(directory=str(repo.directory))
    assert evidence(sha)[0] == 1
    assert_consistent()


def test_a_revert_on_another_branch_counts_when_it_is_merged(repo: Repo) -> None:
    sha = add_tax(repo)
    repo.git("checkout", "-q", "-b", "side")
    revert(repo, sha)
    repo.git("checkout", "-q", "main")
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (0, None)
    repo.change({"c.py": "other = 1\n"}, "Other")
    repo.merge("side")
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (1, "trailer")
    assert_consistent()


def test_a_reverted_merge_reverts_what_it_brought(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "side")
    sha = add_tax(repo)
    repo.git("checkout", "-q", "main")
    repo.change({"c.py": "other = 1\n"}, "Other")
    merge = repo.merge("side")
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (0, None)
    undone = revert(repo, merge, "-m", "1")
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (1, "trailer")
    revert(repo, undone)
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (0, None)
    assert_consistent()


def removed(sha: str) -> list[int]:
    """The session lines of a commit that reached the mainline, and how many of them it lost."""
    (row,) = select("SELECT * FROM event_commit_churn WHERE commit_sha = ?", sha)
    return [row["ai_added_lines_reaching_mainline"], row["ai_added_lines_removed"]]


def test_a_revert_of_a_revert_in_part(home: Path, repo: Repo) -> None:
    text = "".join(f"value_{n} = compute({n})\n" for n in range(8))
    session = ClaudeSession("s1", cwd=str(repo.directory)).prompt("add it")
    begin = "alpha = 1\nbeta = 2\ngamma = 3\n"
    session.edit(str(repo.directory / "a.py"), "gamma = 3", f"gamma = 3\n{text.rstrip()}")
    session.write(home)
    repo.clock = START + 600
    sha = repo.change({"a.py": begin + text}, "Add values")
    undone = revert(repo, sha)
    some = "".join(text.splitlines(keepends=True)[:3])
    repo.change(
        {"a.py": begin + some}, f'Revert "Revert "Add values""\n\nThis reverts commit {undone}.'
    )
    ingest(directory=str(repo.directory))
    assert evidence(sha) == (1, "trailer")
    assert removed(sha) == [8, 5]
    assert_consistent()


def test_lines_that_were_restored_are_not_lost(home: Path, repo: Repo) -> None:
    text = "".join(f"value_{n} = compute({n})\n" for n in range(8))
    session = ClaudeSession("s1", cwd=str(repo.directory))
    session.prompt("add it")
    begin = "alpha = 1\nbeta = 2\ngamma = 3\n"
    session.edit(str(repo.directory / "a.py"), "gamma = 3", f"gamma = 3\n{text.rstrip()}")
    session.write(home)
    repo.clock = START + 600
    sha = last = repo.change({"a.py": begin + text}, "Add values")
    for number in range(1, 4):
        last = revert(repo, last)
        ingest(directory=str(repo.directory))
        assert removed(sha) == [8, 8 * (number % 2)]
        assert_consistent()
