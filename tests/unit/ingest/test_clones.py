"""Several clones of one repository on a machine: each commit counts once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import Repo, clone, make_repo

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://github.com/o/app.git"


@pytest.fixture
def app(home: Path) -> Repo:
    repo = make_repo(home / "app")
    repo.change({"a.py": "one = 1\n"})
    repo.change({"a.py": "one = 1\ntwo = 2\n"})
    return repo


def look(*repos: Repo) -> list[tuple[str, int]]:
    """(key, commits) of each repository, after the clones were read in this order."""
    for repo in repos:
        ingest(directory=str(repo.directory))
    assert_consistent()
    rows = select(
        "SELECT r.repository_key AS k, count(c.id) AS n FROM metadata_repositories AS r"
        " LEFT JOIN fact_commit AS c ON c.repository_id = r.id GROUP BY r.id ORDER BY 1"
    )
    return [(row["k"], row["n"]) for row in rows]


@pytest.mark.parametrize("is_copy_first", [False, True])
def test_a_clone_beside_its_source(app: Repo, home: Path, *, is_copy_first: bool) -> None:
    copy = clone(app.directory, home / "app-2")
    copy.change({"b.py": "three = 3\n"})
    order = (copy, app) if is_copy_first else (app, copy)
    assert look(*order) == [(f"dir:{app.directory.resolve()}", 3)]


def test_the_source_is_deleted(app: Repo, home: Path) -> None:
    app.git("remote", "add", "origin", URL)
    copy = clone(app.directory, home / "app-2")
    assert look(app) == [("git:github.com/o/app", 2)]
    shutil.rmtree(app.directory)
    assert look(copy) == [("git:github.com/o/app", 2)]


def test_the_source_gains_a_url_later(app: Repo, home: Path) -> None:
    copy = clone(app.directory, home / "app-2")
    look(app, copy)
    app.git("remote", "add", "origin", URL)
    for repo in (app, copy):
        repo.change({"c.py": f"{repo.directory.name}\n"})
    assert look(app, copy) == [("git:github.com/o/app", 4)]


def test_two_repositories_with_urls_of_their_own_stay_two(app: Repo, home: Path) -> None:
    app.git("remote", "add", "origin", URL)
    fork = clone(app.directory, home / "fork")
    fork.git("remote", "set-url", "origin", "git@github.com:me/app.git")
    fork.git("remote", "add", "upstream", URL)
    assert look(app, fork) == [("git:github.com/me/app", 2), ("git:github.com/o/app", 2)]
