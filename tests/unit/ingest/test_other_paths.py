"""A session names a file in another way than git: through links, in other letters, from another system."""

from __future__ import annotations

import os
import shutil
import unicodedata
from typing import TYPE_CHECKING

import pytest

from aea.reports import repos
from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "width_of_pane = 40\nheight_of_pane = 30\n"
LINES = "SELECT coalesce(sum(line_count), 0) AS n FROM derived_commit_line_match"


@pytest.fixture
def repo(home: Path) -> Repo:
    """A repository in which something was committed before the session."""
    made = make_repo(home / "work" / "app")
    made.clock = START - 600
    made.change({"packages/docs/a.md": "one\n", "src/App.py": "pass\n"})
    made.clock = START + 600
    return made


def wrote(home: Path, path: str, cwd: str) -> None:
    """A session writes the text into a file."""
    session = ClaudeSession("s1", cwd).prompt("Panes")
    session.edit(path, "", TEXT).write(home)


def matched() -> int:
    assert_consistent()
    return int(select(LINES)[0]["n"])


def test_a_link_in_the_repository(home: Path, repo: Repo) -> None:
    os.symlink("packages/docs", repo.directory / "docs")
    wrote(home, f"{repo.directory}/docs/new.py", str(repo.directory))
    ingest()
    repo.change({"packages/docs/new.py": TEXT})
    ingest()
    assert matched() == 2


def test_a_link_that_only_git_knows(home: Path, repo: Repo) -> None:
    """The session is read first, and where it ran there is no link any more."""
    wrote(home, f"{repo.directory}/docs/sub/new.py", str(repo.directory))
    ingest()
    os.symlink("packages", repo.directory / "all")
    os.symlink("all/docs", repo.directory / "docs")
    repo.change({"packages/docs/sub/new.py": TEXT})
    (repo.directory / "docs").unlink()
    ingest()
    assert matched() == 2


def test_a_link_that_git_does_not_know_stays_known(home: Path, repo: Repo) -> None:
    os.symlink("packages/docs", repo.directory / "docs")
    wrote(home, f"{repo.directory}/docs/new.py", str(repo.directory))
    ingest()
    (repo.directory / "docs").unlink()
    repo.change({"packages/docs/new.py": TEXT})
    ingest()
    assert matched() == 2


def test_a_link_to_a_file(home: Path, repo: Repo) -> None:
    os.symlink("AGENTS.md", repo.directory / "CLAUDE.md")
    repo.change({"AGENTS.md": "be brief\n"})
    wrote(home, f"{repo.directory}/CLAUDE.md", str(repo.directory))
    ingest()
    repo.clock = START + 700
    repo.change({"AGENTS.md": f"be brief\n{TEXT}"})
    ingest()
    assert matched() == 2


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_link_into_the_repository(home: Path, repo: Repo, *, is_gone: bool) -> None:
    os.symlink(repo.directory / "src", home / "shortcut")
    wrote(home, f"{home}/shortcut/new.py", f"{home}/shortcut")
    ingest()
    if is_gone:
        (home / "shortcut").unlink()
    repo.change({"src/new.py": TEXT})
    ingest(directory=str(repo.directory))
    assert matched() == 2


def test_a_link_to_the_place_of_the_repository(home: Path, repo: Repo) -> None:
    os.symlink(home / "work", home / "disk")
    wrote(home, f"{home}/disk/app/src/new.py", f"{home}/disk/app")
    ingest()
    (home / "disk").unlink()
    repo.change({"src/new.py": TEXT})
    ingest()
    assert matched() == 2


def test_links_in_a_circle_lead_nowhere(home: Path, repo: Repo) -> None:
    os.symlink("b", repo.directory / "a")
    os.symlink("a", repo.directory / "b")
    wrote(home, f"{repo.directory}/a/new.py", str(repo.directory))
    repo.change({"src/new.py": TEXT})
    ingest(directory=str(repo.directory))
    assert_consistent()


@pytest.mark.parametrize(("written", "stored"), [("NFD", "NFC"), ("NFC", "NFD")])
@pytest.mark.parametrize("is_first", [False, True])
def test_forms_of_accents(
    home: Path, repo: Repo, written: str, stored: str, *, is_first: bool
) -> None:
    name = unicodedata.normalize(written, "src/Résumé/été.py")  # type: ignore[arg-type]
    wrote(home, f"{repo.directory}/{name}", str(repo.directory))
    if is_first:
        ingest()
    repo.change({unicodedata.normalize(stored, name): TEXT})  # type: ignore[arg-type]
    ingest()
    assert matched() == 2


def test_letters_of_another_case(home: Path, repo: Repo) -> None:
    wrote(home, f"{repo.directory}/SRC/app.py", str(repo.directory))
    ingest()
    repo.change({"src/App.py": TEXT})
    ingest()
    assert matched() == 2


def test_letters_of_another_case_may_mean_two_files(home: Path, repo: Repo) -> None:
    repo.clock = START - 300
    repo.change({"src/APP.py": "pass\n"})
    repo.clock = START + 600
    wrote(home, f"{repo.directory}/src/app.py", str(repo.directory))
    ingest()
    repo.change({"src/App.py": TEXT})
    ingest()
    assert matched() == 0


@pytest.mark.parametrize(
    ("root", "name", "old"),
    [
        ("C:\\Users\\Ann\\app", "C:\\Users\\Ann\\app\\src\\new.py", "C:\\Users\\Ann\\app"),
        ("c:\\Users\\Ann\\app", "c:\\Users\\Ann\\app\\src\\new.py", "C:/users/ann/app/"),
        ("\\\\?\\C:\\a\\app", "\\\\?\\C:\\a\\app\\src\\new.py", "C:\\a\\app"),
        ("C:\\a\\app", "C:\\a\\app\\src\\new.py", "/mnt/c/a/app"),
        ("/mnt/c/a/app", "/mnt/c/a/app/./src//new.py", "C:\\a\\app"),
        ("file:///C:/a/app", "file:///C:/a/app/src/new.py", "C:\\a\\app"),
        ("\\\\wsl$\\Ubuntu\\gone\\app", "\\\\wsl$\\Ubuntu\\gone\\app\\src\\new.py", "/gone/app"),
        ("/private/var/gone/app", "/private/var/gone/app/src/new.py", "/var/gone/app"),
        ("/gone/app/sub", "/gone/app/sub/../src/new.py", "/gone/app"),
    ],
)
@pytest.mark.parametrize("is_first", [False, True])
def test_paths_of_another_system(
    home: Path, repo: Repo, root: str, name: str, old: str, *, is_first: bool
) -> None:
    repo.change({"src/new.py": TEXT})
    ingest(directory=str(repo.directory))
    if is_first:
        repos.alias(old, str(repo.directory))
    wrote(home, name, root)
    ingest()
    if not is_first:
        repos.alias(old, str(repo.directory))
    assert matched() == 2
    query = "SELECT d.repository_id AS r FROM metadata_sessions AS s INNER JOIN metadata_directories AS d ON d.id = s.directory_id"
    assert select(query)[0]["r"] is not None


def test_a_removed_repository_keeps_its_links(home: Path, repo: Repo) -> None:
    os.symlink("packages/docs", repo.directory / "docs")
    repo.change({"packages/docs/new.py": TEXT})
    ingest(directory=str(repo.directory))
    shutil.rmtree(repo.directory)
    wrote(home, f"{repo.directory}/docs/new.py", str(repo.directory))
    ingest()
    assert matched() == 2
