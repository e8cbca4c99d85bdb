"""Sessions in directories that are gone, or never were here: their repository, and their lines."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from aea.reports import repos
from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession, CodexSession

if TYPE_CHECKING:
    from pathlib import Path

LINES = [f"value_{number} = compute({number})" for number in range(5)]
TEXT = "".join(f"{line}\n" for line in LINES)


@pytest.fixture
def app(home: Path) -> Repo:
    repo = make_repo(home / "work" / "app")
    repo.clock = START - 600
    repo.change({"README": "app\n"})
    return repo


def work(
    home: Path,
    tree: str,
    path: str = "src/a.py",
    *,
    text: str = TEXT,
    branch: str = "main",
    **named: str,
) -> None:
    """A session that writes a file in a directory that is gone."""
    session = ClaudeSession(named.get("session", "s1"), named.get("cwd", tree), branch)
    session.prompt("Go").edit(f"{tree}/{path}", "", text.removesuffix("\n")).write(home)


def delivered(repo: Repo, path: str = "src/a.py", *, text: str = TEXT) -> None:
    repo.clock = START + 600
    repo.change({path: text})


def places() -> dict[str, tuple[str | None, str]]:
    rows = select(
        "SELECT d.directory_path AS p, r.repository_name AS n, d.resolved_by AS e"
        " FROM metadata_directories AS d LEFT JOIN metadata_repositories AS r ON r.id = d.repository_id"
        " WHERE d.resolved_by <> 'git'"
    )
    return {row["p"]: (row["n"], row["e"]) for row in rows}


def matched() -> int:
    (row,) = select("SELECT coalesce(sum(line_count), 0) AS n FROM derived_commit_line_match")
    return int(row["n"])


@pytest.mark.parametrize(
    "tree", ["{work}/elsewhere", "/workspace/app", "/Users/me/app", "{work}/deep/er/app-2"]
)
@pytest.mark.parametrize("is_session_first", [False, True])
def test_lines_tell_the_repository(
    home: Path, app: Repo, tree: str, *, is_session_first: bool
) -> None:
    tree = tree.format(work=home / "work")
    steps = [lambda: work(home, tree), lambda: delivered(app)]
    for step in steps if is_session_first else reversed(steps):
        step()
        ingest(directory=str(app.directory))
    assert places() == {tree: ("app", "lines")}
    assert matched() == 5
    assert_consistent()


def test_the_session_ran_in_a_folder_of_the_tree(home: Path, app: Repo) -> None:
    tree = f"{home}/work/gone"
    work(home, tree, cwd=f"{tree}/src")
    delivered(app)
    ingest(directory=str(app.directory))
    assert places() == {tree: ("app", "lines"), f"{tree}/src": ("app", "root")}
    assert matched() == 5


def test_a_registered_work_tree_that_was_deleted_by_hand(home: Path, app: Repo) -> None:
    tree = home / "work" / "t1"
    app.git("worktree", "add", "-q", "-b", "topic", str(tree))
    shutil.rmtree(tree)
    work(home, str(tree), text="never_committed = 1\n")
    ingest(directory=str(app.directory))
    assert places() == {str(tree): ("app", "tree")}


def test_a_name_and_a_branch(home: Path, app: Repo) -> None:
    app.git("branch", "feat/login")
    work(home, f"{home}/work/app.worktrees/feat-login", text="one_line = 1\n")
    ingest(directory=str(app.directory))
    assert places() == {f"{home}/work/app.worktrees/feat-login": ("app", "branch")}


def test_a_sibling_that_was_another_repository_stays_alone(home: Path, app: Repo) -> None:
    """app-api was no work tree of app: one line of its own is like one of app's."""
    shared = '  "license": "proprietary",\n'
    delivered(app, "package.json", text=shared)
    work(home, f"{home}/work/app-api", "package.json", text=f"{shared}{TEXT}")
    ingest(directory=str(app.directory))
    assert places() == {f"{home}/work/app-api": (None, "nothing")}
    found = json.loads(repos.show("json"))
    (hint,) = found["hints"]
    assert (hint["root"], hint["line_count"]) == (f"{home}/work/app-api", 1)
    assert f"aea repos alias {home}/work/app-api" in repos.show("text")


def test_lines_in_two_repositories_are_for_a_person_to_decide(home: Path, app: Repo) -> None:
    other = make_repo(home / "work" / "other")
    other.clock = START - 600
    other.change({"README": "other\n"})
    work(home, "/gone/x")
    for repo in (app, other):
        delivered(repo)
        repo.change({"README": f"{repo.directory}\n"})
    ingest(directory=str(app.directory))
    work(home, "/gone/y", session="s2")  # both are known now
    ingest(directory=str(other.directory))
    assert places()["/gone/y"] == (None, "nothing")
    text = repos.show("text")
    for repo in (app, other):
        assert f"aea repos alias /gone/y dir:{repo.directory}" in text

    repos.alias("/gone/y", str(other.directory))
    assert places()["/gone/y"] == ("other", "alias")


def test_an_alias_overrules_a_conclusion(home: Path, app: Repo) -> None:
    work(home, "/gone/x")
    delivered(app)
    ingest(directory=str(app.directory))
    other = make_repo(home / "work" / "other")
    other.clock = START + 700
    other.change({"src/a.py": TEXT})
    assert (places(), matched()) == ({"/gone/x": ("app", "lines")}, 5)
    repos.alias("/gone/x", str(other.directory))
    assert places() == {"/gone/x": ("other", "alias")}
    (row,) = select(
        "SELECT r.repository_name AS n FROM derived_commit_line_match AS m"
        " INNER JOIN fact_commit AS c ON c.id = m.commit_id"
        " INNER JOIN metadata_repositories AS r ON r.id = c.repository_id"
    )
    assert row["n"] == "other"
    assert_consistent()


@pytest.mark.parametrize("below", ["", "/src"])
@pytest.mark.parametrize("is_session_first", [False, True])
def test_a_url_and_a_directory_that_is_not_here(
    home: Path, app: Repo, below: str, *, is_session_first: bool
) -> None:
    """The session ran in the clone, or in a folder of it."""
    app.git("remote", "add", "origin", "https://example.org/o/app.git")
    session = CodexSession("c1", f"/elsewhere/app{below}", "git@example.org:o/app.git")
    session.prompt("Go").patch("/elsewhere/app/src/a.py", *LINES)
    steps = [lambda: session.write(home), lambda: delivered(app)]
    for step in steps if is_session_first else reversed(steps):
        step()
        ingest(directory=str(app.directory))
    assert places()["/elsewhere/app"] == ("app", "remote")
    assert matched() == 5
    assert_consistent()


def test_repos_say_what_was_concluded(home: Path, app: Repo) -> None:
    work(home, "/gone/x")
    delivered(app)
    ingest(directory=str(app.directory))
    (row,) = json.loads(repos.show("json"))["concluded_directories"]
    assert (row["directory"], row["evidence"], row["session_count"]) == ("/gone/x", "lines", 1)
    assert "lines written there" in repos.show("text")
