"""Repositories with branches, and what the events say about their arrival on the mainline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea.pipeline.refresh import rebuild
from aea.store.engine import db
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.repos import Repo


def begin(home: Path) -> Repo:
    """A repository with one commit on main."""
    made = make_repo(home / "repo")
    made.change({"a.py": "alpha = 1\nbeta = 2\ngamma = 3\n"}, "Begin")
    return made


def ingest_and_rebuild(*repos: Repo) -> None:
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
    """The sha of a commit on a new branch, which is checked out."""
    repo.git("checkout", "-q", "-b", name)
    return repo.change({file: f"delta = 4\nepsilon = '{name}'\n"}, f"Add {name}")
