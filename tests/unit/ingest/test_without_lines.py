"""Commits that add no line which a session could have written: they are not heavy, and they count among the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aea.reports.outcomes import OutcomesRequest, build_report
from tests.support.database import ingest, select
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def remove_lines(repo: Repo) -> None:
    repo.write("a.py", "one = compute(1)\n")


def rename(repo: Repo) -> None:
    repo.git("mv", "a.py", "b.py")


def change_mode(repo: Repo) -> None:
    repo.git("update-index", "--chmod=+x", "a.py")
    repo.git("config", "core.fileMode", "false")


def add_binary(repo: Repo) -> None:
    repo.write("a.png", b"\x89PNG\0\0")


def change_submodule(repo: Repo) -> None:
    sha = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{sha},module")


def lock_file(repo: Repo) -> None:
    repo.write("package-lock.json", '{"a": 1}\n')


def nothing(_: Repo) -> None:
    """An empty commit."""


KINDS = [remove_lines, rename, change_mode, add_binary, change_submodule, lock_file, nothing]


@pytest.fixture
def repo(home: Path) -> Repo:
    made = make_repo(home / "repo")
    made.clock = START + 600
    text = "one = compute(1)\ntwo = compute(2)\nthree = compute(3)"
    path = str(made.directory / "a.py")
    ClaudeSession("s1", str(made.directory)).prompt("Go").edit(path, "", text).write(home)
    made.change({"a.py": f"{text}\n"})
    return made


def flags() -> dict[str, tuple[int | None, int]]:
    """Subject-free: sha to (heavy, is a merge)."""
    rows = select(
        "SELECT commit_sha AS s, heavy_ai_flag AS h, is_merge AS m FROM event_commit_outcome"
    )
    return {row["s"]: (row["h"], row["m"]) for row in rows}


@pytest.mark.parametrize("change", KINDS, ids=lambda change: change.__name__)
def test_it_is_not_heavy_and_counts(repo: Repo, change: Callable[[Repo], None]) -> None:
    before = repo.git("rev-parse", "HEAD")
    change(repo)
    repo.git("add", "-A", "--", ":!module")
    repo.clock += 60
    repo.git("commit", "-q", "--allow-empty", "-m", "change")
    sha = repo.git("rev-parse", "HEAD")
    assert sha != before
    ingest(directory=str(repo.directory))
    assert flags()[sha] == (0, 0)
    (row,) = build_report(OutcomesRequest("quality", all_projects=True)).rows
    assert (row["commit_count"], row["revert_of_others_denominator"]) == (2, 1)
    (row,) = build_report(OutcomesRequest("delivery", all_projects=True)).rows
    assert (row["heavy_share_numerator"], row["heavy_share_denominator"]) == (1, 2)


def test_nothing_is_known_without_a_session(home: Path) -> None:
    made = make_repo(home / "other")
    made.change({"a.py": "one = 1\ntwo = 2\n"})
    sha = made.change({"a.py": "one = 1\n"})
    ingest(directory=str(made.directory))
    assert flags()[sha] == (0, 0)
    (row,) = build_report(OutcomesRequest("delivery", all_projects=True)).rows
    assert (row["heavy_share"], row["ai_share"]) == (None, None)


def test_a_merge_without_lines_of_its_own(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "side")
    repo.change({"b.py": "four = 4\n"})
    repo.git("checkout", "-q", "main")
    repo.change({"c.py": "five = 5\n"})
    merge = repo.merge("side")
    ingest(directory=str(repo.directory))
    assert flags()[merge] == (0, 1)
    (row,) = build_report(OutcomesRequest("quality", all_projects=True)).rows
    assert row["commit_count"] == 3  # merges stay out of the counts
