"""Late data ends in the rows that a rebuild gives, also where dates are far apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aea.pipeline.refresh import rebuild
from aea.store.engine import db
from tests.scenarios.sessions import Author, Claude
from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import Repo, make_repo

ADA = Author("claude_code", "ad000000-0000-4000-8000-000000000001")
DAY = 86_400
LINES = ["def total(cart):", "    return sum(cart)", "alpha = 1"]


@pytest.fixture
def repo(home: Path) -> Repo:
    made = make_repo(home / "repo")
    made.change({"README.md": "x\n"})
    return made


def session(home: Path, repo: Repo, name: str, *, late: bool = False) -> Claude:
    """A session that writes a file a minute from now."""
    place = home / ".claude" / "projects" / "-repo" / f"{ADA.session_id}.jsonl"
    made = Claude(ADA, place, late=late)
    made.edit(str(repo.directory / name), None, LINES, repo.clock + 60, str(repo.directory))
    return made


def commit(repo: Repo, name: str, authored: int, committed: int) -> None:
    """The lines, with two dates."""
    repo.write(name, "".join(f"{line}\n" for line in LINES))
    repo.git("add", "-A")
    dates = {"GIT_AUTHOR_DATE": f"{authored} +0000", "GIT_COMMITTER_DATE": f"{committed} +0000"}
    repo.git("commit", "-q", "-m", "work", **dates)


def matches() -> list[dict[str, Any]]:
    return select(
        "SELECT commit_id, file_id, first_line, line_count, session_id, stage, change_line"
        " FROM derived_commit_line_match ORDER BY 1, 2, 3"
    )


def after_rebuild() -> list[dict[str, Any]]:
    connection = db.open_writer()
    rebuild(connection)
    connection.close()
    return matches()


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize(
    ("authored", "committed", "lines"),
    [
        (2, 2, 3),
        (2, 40, 3),  # rebased long after: its window is that of its author date
        (40, 40, 0),  # a write that is too old explains nothing
    ],
)
def test_the_window_is_the_same_for_late_sessions(
    home: Path, repo: Repo, late: bool, authored: int, committed: int, lines: int
) -> None:
    made = session(home, repo, "a.py", late=late)
    commit(repo, "a.py", repo.clock + authored * DAY, repo.clock + committed * DAY)
    ingest(directory=str(repo.directory))
    made.release()
    ingest(directory=str(repo.directory))

    found = matches()
    assert sum(row["line_count"] for row in found) == lines
    assert after_rebuild() == found
    assert_consistent()


def test_a_commit_that_comes_late_takes_its_lines_from_a_later_one(home: Path, repo: Repo) -> None:
    session(home, repo, "a.py")
    commit(repo, "a.py", repo.clock + 120, repo.clock + 120)
    first = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "HEAD~1")
    commit(repo, "a.py", repo.clock + 500, repo.clock + 500)
    repo.git("branch", "-q", "other")
    repo.git("branch", "-q", "-f", "main", "HEAD~1")
    repo.git("reflog", "expire", "--expire=now", "--all")
    ingest(directory=str(repo.directory))
    assert {row["stage"] for row in matches()} == {"replay"}
    repo.git("branch", "-q", "-f", "main", first)
    ingest(directory=str(repo.directory))

    by_stage = {row["stage"]: row["line_count"] for row in matches()}
    assert by_stage == {"replay": 3, "lineage": 3}
    assert after_rebuild() == matches()
    assert_consistent()
