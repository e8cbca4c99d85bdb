"""A commit keeps its branch and its tasks, whatever becomes of the branch, and whenever aea looks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from aea.ingest.run import IngestRun
from aea.pipeline.refresh import rebuild
from aea.store.engine import db
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.repos import Repo, clone, make_repo

OLDER = """
INSERT OR IGNORE INTO metadata_tasks (task_key) VALUES ('PATCH-1'), ('TOPS-20');
UPDATE metadata_branches SET task_id = (SELECT id FROM metadata_tasks WHERE task_key = 'PATCH-1')
WHERE branch_name = 'patch-1';
INSERT INTO fact_commit_task_mention
SELECT repository_id, commit_sha, 'TOPS-20', evidence, occurred_at, source_id, ingested_at FROM fact_commit_task_mention;
UPDATE ingest_cursor SET parser_version = 2, parser_state = json_remove(parser_state, '$.task_rule')
WHERE provider = 'git';
"""


@pytest.fixture
def repo(home: Path) -> Repo:
    made = make_repo(home / "repo")
    made.change({"a": "1\n"}, "Begin")
    return made


def ingest_and_rebuild(repo: Repo) -> None:
    """Read, and prove that a rebuild gives the same."""
    ingest(directory=str(repo.directory))
    assert_consistent()
    before = dump_events(), assigned()
    connection = db.open_writer()
    rebuild(connection)
    connection.close()
    assert (dump_events(), assigned()) == before


def assigned() -> list[dict[str, Any]]:
    return select(
        "SELECT commit_id, task_key, evidence, branch_name, branch_evidence, is_fallback,"
        " candidate_count, distance_margin, confidence FROM fact_task_commit_assignment ORDER BY 1, 2"
    )


def tasks_of(sha: str) -> list[tuple[Any, ...]]:
    """(task, branch, evidence of the task, of the branch, confidence) of a commit."""
    rows = select(
        "SELECT a.* FROM fact_task_commit_assignment AS a INNER JOIN fact_commit AS c"
        " ON c.id = a.commit_id WHERE c.commit_sha = ? ORDER BY a.task_key",
        sha,
    )
    names = ("task_key", "branch_name", "evidence", "branch_evidence", "confidence")
    return [tuple(row[name] for name in names) for row in rows]


def work(repo: Repo, branch: str, *files: str, message: str = "Work") -> list[str]:
    """Commits on a new branch; main is checked out again."""
    repo.git("checkout", "-q", "-b", branch)
    made = [repo.change({name: f"{name}\n"}, f"{message} on {name}") for name in files]
    repo.git("checkout", "-q", "main")
    return made


def forget_reflogs(repo: Repo) -> None:
    """As in another's clone: nobody knows where the commits were made."""
    repo.git("reflog", "expire", "--expire=now", "--all")


ON_BRANCH = [("ABC-12", "ABC-12-login", "branch", "reflog", 1.0)]


def merge(repo: Repo) -> None:
    repo.clock += 60
    repo.git("merge", "-q", "--no-ff", "--no-edit", "ABC-12-login")


def fast_forward(repo: Repo) -> None:
    repo.git("merge", "-q", "--ff-only", "ABC-12-login")


def rebase(repo: Repo) -> None:
    repo.change({"m": "m\n"}, "Main goes on")
    repo.clock += 60
    repo.git("checkout", "-q", "ABC-12-login")
    repo.git("rebase", "-q", "main")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "ABC-12-login")


def squash(repo: Repo) -> None:
    repo.git("merge", "-q", "--squash", "ABC-12-login")
    repo.commit("Login")


@pytest.mark.parametrize("is_stepwise", [True, False])
@pytest.mark.parametrize("is_deleted", [True, False])
@pytest.mark.parametrize("take", [merge, fast_forward, rebase, squash])
def test_a_commit_keeps_its_task(
    repo: Repo, take: Callable[[Repo], None], is_deleted: bool, is_stepwise: bool
) -> None:
    made = work(repo, "ABC-12-login", "x", "y")
    if is_stepwise:
        ingest_and_rebuild(repo)
        assert [tasks_of(sha) for sha in made] == [ON_BRANCH] * 2
    take(repo)
    if is_stepwise:
        ingest_and_rebuild(repo)
    if is_deleted:
        repo.git("branch", "-q", "-D", "ABC-12-login")
    ingest_and_rebuild(repo)
    assert [tasks_of(sha) for sha in made] == [ON_BRANCH] * 2
    (outcome,) = select(
        "SELECT branch_name FROM event_commit_outcome WHERE commit_sha = ?", made[0]
    )
    assert outcome == {"branch_name": "ABC-12-login"}
    tip = tasks_of(repo.git("rev-parse", "HEAD"))
    if take is merge:
        assert tip == [("ABC-12", "main", "message", "reflog", 0.9)]
    elif take is squash:
        assert tip == [("ABC-12", "ABC-12-login", "branch", "lineage", 0.8)]
    else:
        assert tip == ON_BRANCH


def test_without_reflogs_a_merge_tells(repo: Repo) -> None:
    made = work(repo, "feat/7-tax", "x", "y")
    repo.change({"m": "m\n"}, "Main goes on")
    repo.clock += 60
    repo.git("merge", "-q", "--no-ff", "--no-edit", "feat/7-tax")
    repo.git("branch", "-q", "-D", "feat/7-tax")
    forget_reflogs(repo)
    ingest_and_rebuild(repo)
    assert [tasks_of(sha) for sha in made] == [[("#7", "feat/7-tax", "branch", "merge", 0.95)]] * 2
    merged = repo.git("rev-parse", "HEAD")
    assert tasks_of(merged) == [("#7", "main", "message", "mainline", 0.9)]
    assert tasks_of(repo.git("rev-parse", "HEAD^")) == [
        ("main", "main", "integration", "mainline", 0.5)
    ]


def test_without_reflogs_stacked_branches_are_told_apart_by_their_tips(repo: Repo) -> None:
    first, second = work(repo, "ABC-1-a", "x", "y")
    repo.git("checkout", "-q", "ABC-1-a")
    third, *_ = work(repo, "ABC-2-b", "z")
    forget_reflogs(repo)
    ingest_and_rebuild(repo)
    assert tasks_of(first) == [("ABC-1", "ABC-1-a", "branch", "tip", 0.75)]
    assert tasks_of(third) == [("ABC-2", "ABC-2-b", "branch", "tip", 0.9)]
    repo.git("checkout", "-q", "ABC-2-b")
    repo.change({"w": "w\n"}, "More")
    forget_reflogs(repo)
    ingest_and_rebuild(repo)
    assert [tasks_of(sha)[0][1] for sha in (first, second, third)] == [
        "ABC-1-a",
        "ABC-1-a",
        "ABC-2-b",
    ]
    assert tasks_of(first)[0][-1] == 0.9


def test_a_branch_that_was_seen_keeps_its_commits_when_it_is_fast_forwarded_elsewhere(
    home: Path, repo: Repo
) -> None:
    work(repo, "ABC-3-c", "x")
    other = clone(repo.directory, home / "other")
    ingest_and_rebuild(other)
    sha = repo.git("rev-parse", "ABC-3-c")
    assert tasks_of(sha) == [("ABC-3", "ABC-3-c", "branch", "tip", 0.9)]
    fast_forward_of(repo, "ABC-3-c")
    repo.git("branch", "-q", "-d", "ABC-3-c")
    other.git("fetch", "-q", "--prune")
    ingest_and_rebuild(other)
    assert tasks_of(sha) == [("ABC-3", "ABC-3-c", "branch", "tip", 0.9)]
    branches = {row["branch_name"]: row for row in select("SELECT * FROM derived_branch")}
    assert (branches["ABC-3-c"]["branch_kind"], branches["ABC-3-c"]["is_deleted"]) == ("task", 1)
    assert (branches["main"]["branch_kind"], branches["main"]["is_deleted"]) == ("mainline", 0)


def fast_forward_of(repo: Repo, branch: str) -> None:
    repo.git("merge", "-q", "--ff-only", branch)


def test_an_amended_commit_keeps_its_branch(repo: Repo) -> None:
    (old,) = work(repo, "ABC-4-d", "x")
    ingest_and_rebuild(repo)
    repo.git("checkout", "-q", "ABC-4-d")
    repo.clock += 60
    repo.git("commit", "-q", "--amend", "-m", "Better")
    new = repo.git("rev-parse", "HEAD")
    repo.git("checkout", "-q", "main")
    repo.git("branch", "-q", "-D", "ABC-4-d")
    ingest_and_rebuild(repo)
    assert tasks_of(old) == tasks_of(new) == [("ABC-4", "ABC-4-d", "branch", "reflog", 1.0)]


def test_a_detached_head_is_told_by_the_branch_made_of_it(repo: Repo) -> None:
    repo.git("checkout", "-q", "--detach")
    sha = repo.change({"x": "x\n"}, "Nowhere")
    ingest_and_rebuild(repo)
    assert tasks_of(sha) == [("(unknown)", None, "nothing", "nothing", 0.0)]
    repo.git("checkout", "-q", "-b", "try-it")
    ingest_and_rebuild(repo)
    assert tasks_of(sha) == [("try-it", "try-it", "branch_name", "tip", 0.9)]


def test_a_linked_work_tree_has_a_head_of_its_own(home: Path, repo: Repo) -> None:
    repo.git("worktree", "add", "-q", "-b", "gh-9", str(home / "linked"))
    linked = Repo(home / "linked", clock=repo.clock)
    sha = linked.change({"x": "x\n"}, "Elsewhere")
    ingest_and_rebuild(repo)
    assert tasks_of(sha) == [("#9", "gh-9", "branch", "reflog", 1.0)]


def test_a_commit_taken_from_main_to_a_branch_is_the_branches(repo: Repo) -> None:
    sha = repo.change({"x": "x\n"}, "On the wrong branch")
    ingest_and_rebuild(repo)
    assert tasks_of(sha) == [("main", "main", "integration", "reflog", 0.5)]
    repo.git("branch", "ABC-5-e")
    ingest_and_rebuild(repo)
    repo.git("reset", "-q", "--hard", "HEAD~1")
    ingest_and_rebuild(repo)
    assert tasks_of(sha) == [("ABC-5", "ABC-5-e", "branch", "tip", 0.9)]


def test_what_a_message_names_comes_before_the_branch(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "ABC-6-f")
    named = repo.change({"x": "x\n"}, "XY-1: part\n\nTask: XY-2\nRefs: #8")
    same = repo.change({"y": "y\n"}, "ABC-6 more")
    ingest_and_rebuild(repo)
    assert tasks_of(named) == [
        ("#8", "ABC-6-f", "trailer", "reflog", 1.0),
        ("XY-2", "ABC-6-f", "trailer", "reflog", 1.0),
    ]
    assert tasks_of(same) == [("ABC-6", "ABC-6-f", "message", "reflog", 1.0)]


def test_a_renamed_branch_takes_its_commits_along(repo: Repo) -> None:
    (sha,) = work(repo, "wip", "x")
    ingest_and_rebuild(repo)
    repo.git("branch", "-m", "wip", "ABC-7-g")
    ingest_and_rebuild(repo)
    assert tasks_of(sha) == [("ABC-7", "ABC-7-g", "branch", "reflog", 1.0)]


def test_patterns_of_the_user_hold_for_names_and_messages(repo: Repo) -> None:
    (sha,) = work(repo, "t_17_login", "x")
    said = repo.change({"y": "y\n"}, "ABC-1: see T_5")
    ingest_and_rebuild(repo)
    assert tasks_of(said)[0][0] == "ABC-1"
    repo.git("config", "--add", "aea.taskPattern", r"\b[Tt]_(\d+)")
    repo.git("config", "--add", "aea.taskPattern", r"(")
    outcome = ingest(directory=str(repo.directory))
    assert "pattern 2 is not a valid regular expression" in outcome.failures[0]
    assert_consistent()
    assert (tasks_of(sha)[0][0], tasks_of(said)[0][0]) == ("17", "5")
    problems = select("SELECT reason FROM ingest_problem")
    assert "aea.taskPattern" in problems[0]["reason"]
    repo.git("config", "--unset-all", "aea.taskPattern")
    ingest_and_rebuild(repo)
    assert (tasks_of(sha)[0][0], tasks_of(said)[0][0]) == ("t_17_login", "ABC-1")
    assert select("SELECT reason FROM ingest_problem") == []


def test_names_are_read_again_after_an_upgrade_with_other_rules(repo: Repo) -> None:
    (sha,) = work(repo, "patch-1", "x")
    said = repo.change({"y": "y\n"}, "ABC-1: describe TOPS-20")
    ingest_and_rebuild(repo)
    with closing(db.open_writer()) as connection:
        run = IngestRun(connection)
        with run.transaction():
            connection.execute(OLDER).fetchall()
    ingest_and_rebuild(repo)
    assert tasks_of(sha)[0][0] == "patch-1"
    assert [row[0] for row in tasks_of(said)] == ["ABC-1"]


def test_a_late_parent_closes_the_gap_of_a_shallow_clone(home: Path, repo: Repo) -> None:
    shas = work(repo, "ABC-8-h", "x", "y", "z")
    repo.change({"m": "m\n"}, "Main goes on")
    repo.clock += 60
    repo.git("merge", "-q", "--no-ff", "--no-edit", "ABC-8-h")
    shallow = clone(f"file://{repo.directory}", home / "shallow", "--depth", "2")
    whole = clone(repo.directory, home / "whole")
    for one in (shallow, whole):
        one.git("remote", "set-url", "origin", "https://example.org/a/b.git")
    ingest_and_rebuild(shallow)
    assert [tasks_of(sha) for sha in shas] == [
        [],
        [],
        [("ABC-8", "ABC-8-h", "branch", "merge", 0.95)],
    ]
    whole.git("branch", "-q", "-D", "-r", "origin/ABC-8-h")
    ingest_and_rebuild(whole)
    assert [tasks_of(sha)[0][1:] for sha in shas] == [("ABC-8-h", "branch", "merge", 0.95)] * 3
