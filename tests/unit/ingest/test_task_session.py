"""A session is weighed by its lines in the commits of a task, and brings its quality along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.database import assert_consistent, ingest, select
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession

HOUR = 3600
COPIED = (
    "started_at, model_name, user_turn_count, debug_loop_flag, mid_session_error_paste_flag,"
    " accepted_output_flag, first_accepted_change_at, minutes_to_first_accepted_change"
)


@pytest.fixture
def repo(home: Path) -> Repo:
    made = make_repo(home / "repo")
    made.clock = START - 600
    made.change({"a.py": "x = 1\n"})
    return made


def write(home: Path, repo: Repo, *lines: str, name: str = "s1", at: float = 0) -> None:
    """A session that adds lines to a file of its own."""
    session = ClaudeSession(name, cwd=str(repo.directory)).wait(at).prompt("add it").say("done")
    path = str(repo.directory / f"{name}.py")
    session.edit(path, "", "\n".join(lines)).write(home)


def weights() -> dict[tuple[str, str], tuple[Any, ...]]:
    """By session and task: weight, window, branch."""
    assert_consistent()
    return {
        (row["session_id"], row["task_key"]): (
            row["attribution_weight"],
            row["commit_within_window_flag"],
            row["branch_name"],
        )
        for row in select("SELECT * FROM event_task_session")
    }


def test_lines_are_weighed_by_task_and_branch(home: Path, repo: Repo) -> None:
    write(home, repo, "alpha = total(1)", "beta = total(2)", "gamma = total(3)")
    repo.git("checkout", "-q", "-b", "ABC-1-a")
    repo.clock = START + HOUR
    repo.change({"s1.py": "alpha = total(1)\n"}, "One")
    repo.git("checkout", "-q", "-b", "abc-1-b")
    repo.change({"s1.py": "alpha = total(1)\nbeta = total(2)\ngamma = total(3)\n"}, "Two")
    ingest(directory=str(repo.directory))
    assert weights() == {("s1", "ABC-1"): (3.0, 1, "abc-1-b")}
    (row,) = select(f"SELECT {COPIED} FROM event_task_session")
    assert select(f"SELECT {COPIED} FROM event_session_quality") == [row]
    repo.git("reset", "-q", "--hard", "HEAD~1")
    ingest(directory=str(repo.directory))
    assert weights() == {("s1", "ABC-1"): (1.0, 1, "ABC-1-a")}


@pytest.mark.parametrize("is_late", [True, False])
def test_the_window_is_that_of_the_tasks_commits(home: Path, repo: Repo, is_late: bool) -> None:
    if not is_late:
        write(home, repo, "alpha = total(1)", "beta = total(2)")
        ingest(directory=str(repo.directory))
    repo.git("checkout", "-q", "-b", "ABC-1-a")
    repo.clock = START + HOUR
    repo.change({"s1.py": "alpha = total(1)\n"}, "Soon")
    repo.clock = START + 9 * HOUR
    repo.change({"s1.py": "alpha = total(1)\nbeta = total(2)\n"}, "Late\n\nTask: ABC-2")
    ingest(directory=str(repo.directory))
    if is_late:
        write(home, repo, "alpha = total(1)", "beta = total(2)")
        ingest(directory=str(repo.directory))
    assert weights() == {("s1", "ABC-1"): (1.0, 1, "ABC-1-a"), ("s1", "ABC-2"): (1.0, 0, "ABC-1-a")}


def test_a_task_that_becomes_known_later_takes_the_session_along(home: Path, repo: Repo) -> None:
    write(home, repo, "alpha = total(1)")
    repo.git("checkout", "-q", "-b", "try-it")
    repo.clock = START + HOUR
    repo.change({"s1.py": "alpha = total(1)\n"}, "One")
    ingest(directory=str(repo.directory))
    assert weights() == {("s1", "try-it"): (1.0, 1, "try-it")}
    repo.git("branch", "-m", "gh-7")
    ingest(directory=str(repo.directory))
    assert weights() == {("s1", "#7"): (1.0, 1, "gh-7")}


def test_the_branch_of_a_session_states_its_task(home: Path, repo: Repo) -> None:
    session = ClaudeSession("s1", cwd=str(repo.directory), branch="feat/12-tax")
    session.prompt("hi").say("ho").write(home)
    ingest(directory=str(repo.directory))
    assert select("SELECT task_key FROM event_session_quality") == [{"task_key": "#12"}]
    repo.git("config", "aea.taskPattern", "t(ax)")
    ingest(directory=str(repo.directory))
    assert select("SELECT task_key FROM event_session_quality") == [{"task_key": "ax"}]
    assert_consistent()
