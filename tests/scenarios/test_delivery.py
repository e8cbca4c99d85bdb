"""The same work, delivered in every way that people use: what must not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aea.reports.outcomes import OutcomesRequest, build_report
from tests.support.database import assert_consistent, ingest
from tests.support.repos import Repo, make_repo
from tests.support.sessions import START, ClaudeSession

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DAY = 86_400
SAME = (
    *("lines_added", "ai_share_numerator", "ai_share_denominator", "lead_time", "churn_numerator"),
    *("churn_denominator", "committed_lines", "shipped_lines", "thrown_away_lines"),
    *("to_commit_numerator", "to_commit_denominator", "no_output_numerator", "prompts_numerator"),
    *("open_lines_added", "open_ai_lines"),
)
BRANCH = "feat/ABC-1-x"


def merge(repo: Repo) -> None:
    repo.git("merge", "-q", "--no-ff", BRANCH, "-m", "Merge")


def squash(repo: Repo, message: str = "ABC-1 feat (#1)") -> None:
    repo.git("merge", "-q", "--squash", BRANCH)
    repo.git("commit", "-q", "-m", message)


def rebase(repo: Repo) -> None:
    repo.git("checkout", "-q", BRANCH)
    repo.git("rebase", "-q", "main")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", BRANCH)


def pick(repo: Repo, commits: str = f"main..{BRANCH}") -> None:
    for sha in repo.git("rev-list", "--reverse", commits).split():
        repo.git("cherry-pick", sha)


def queue(repo: Repo) -> None:
    """A merge queue builds the merge on a branch of its own."""
    repo.git("checkout", "-q", "-b", "gh-readonly-queue/main/pr-1")
    merge(repo)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--ff-only", "gh-readonly-queue/main/pr-1")


def over_develop(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "develop")
    merge(repo)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "develop", "-m", "Release")


def squash_and_merge(repo: Repo) -> None:
    """The branch is squashed, and later merged as well: the merge adds nothing."""
    squash(repo)
    repo.clock += 60
    merge(repo)


def pick_and_merge(repo: Repo) -> None:
    pick(repo)
    repo.clock += 60
    merge(repo)


def squash_after_back_merge(repo: Repo) -> None:
    repo.git("checkout", "-q", BRANCH)
    repo.git("merge", "-q", "--no-ff", "main", "-m", "Merge main")
    repo.git("checkout", "-q", "main")
    squash(repo)


def with_release_branch(repo: Repo) -> None:
    merge(repo)
    repo.git("checkout", "-q", "-b", "release/1.0", "main~1")
    pick(repo, f"main~1..{BRANCH}")
    repo.git("checkout", "-q", "main")


def one_after_another(repo: Repo) -> None:
    """Part of the branch is picked, the rest squashed."""
    first, *_ = repo.git("rev-list", "--reverse", f"main..{BRANCH}").split()
    repo.git("cherry-pick", first)
    squash(repo)


def pulled(repo: Repo) -> None:
    """Squashed at the forge; the refs of the pull request were fetched."""
    tip = repo.git("rev-parse", BRANCH)
    squash(repo)
    repo.git("update-ref", "refs/remotes/origin/feat/ABC-1-x", tip)
    repo.git("update-ref", "refs/pull/1/head", tip)


def amended(repo: Repo) -> None:
    squash(repo)
    repo.git("commit", "-q", "--amend", "-m", "ABC-1 better words")


def squashed_twice(repo: Repo) -> None:
    """Two thirds of the branch are squashed, then the branch goes on and is squashed again."""
    *_, last = repo.git("rev-list", "--reverse", f"main..{BRANCH}").split()
    repo.git("merge", "-q", "--squash", f"{last}~1")
    repo.git("commit", "-q", "-m", "ABC-1 first part (#1)")
    repo.git("checkout", "-q", "--detach")
    repo.clock += 60
    repo.git("cherry-pick", last)
    change = repo.git("rev-parse", "HEAD^{tree}")
    repo.git("checkout", "-q", "main")
    made = repo.git("commit-tree", change, "-p", "main", "-m", "ABC-1 second part (#2)")
    repo.git("reset", "-q", "--hard", made)


WAYS = [
    merge,
    squash,
    rebase,
    pick,
    queue,
    over_develop,
    squash_and_merge,
    pick_and_merge,
    squash_after_back_merge,
    with_release_branch,
    one_after_another,
    pulled,
    amended,
    squashed_twice,
]


def deliver(
    home: Path, way: Callable[[Repo], None], *, is_deleted: bool = False, is_late: bool = False
) -> dict[tuple[str, str], Any]:
    """All numbers of the reports after a session's work came to main; late: aea has seen the branch before."""
    repo = make_repo(home / "repo")
    repo.clock = START
    repo.change({"b.py": "base\n"}, "Begin")
    repo.git("checkout", "-q", "-b", BRANCH)
    session = ClaudeSession("11111111-0000-4000-8000-00000000000a", str(repo.directory))
    session.wait(3600).prompt("please")
    text = ""
    for number in range(3):
        more = "".join(f"value_{number}_{at} = compute({number}, {at})\n" for at in range(8))
        session.wait(3600).edit(str(repo.directory / f"f{number}.py"), "", more.removesuffix("\n"))
        repo.clock = START + 3600 * (number + 2) + 300
        repo.change({f"f{number}.py": more}, f"ABC-1 work {number}")
        text += more
    session.write(home)
    repo.git("checkout", "-q", "main")
    repo.clock = START + DAY
    repo.change({"b.py": "base\nmore\n"}, "Other")
    repo.clock = START + 2 * DAY
    way(repo)
    repo.clock = START + 5 * DAY
    repo.change({"f1.py": "".join(text.splitlines(keepends=True)[12:16])}, "Drop four")
    repo.clock = START + 90 * DAY
    repo.change({"b.py": "base\nmore\nlater\n"}, "Later")
    if is_late:
        ingest(directory=str(repo.directory))
    if is_deleted:
        repo.git("branch", "-q", "-D", BRANCH)
    ingest(directory=str(repo.directory))
    assert_consistent()
    return _figures()


def _figures() -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for report in ("delivery", "quality", "tasks", "sessions"):
        request = OutcomesRequest(
            report, overall=report == "tasks", timezone="UTC", all_projects=True
        )
        for row in build_report(request).rows:
            found |= {(report, name): value for name, value in row.items()}
    return found


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AEA_NOW_MS", str((START + 100 * DAY) * 1000))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_gives_the_same_figures(home: Path, way: Callable[[Repo], None]) -> None:
    found = {key: value for key, value in deliver(home, way).items() if key[1] in SAME}
    hours = 48 - 3  # the second of three writes of eight lines each, at 3 h, until 48 h
    assert found["delivery", "ai_share_numerator"] == 24
    assert found["delivery", "lines_added"] == 27
    assert found["delivery", "lead_time"] == pytest.approx(hours, abs=0.1)
    assert (found["quality", "churn_numerator"], found["quality", "churn_denominator"]) == (4, 24)
    assert (found["sessions", "committed_lines"], found["sessions", "shipped_lines"]) == (24, 24)
    assert found["sessions", "thrown_away_lines"] == 0
    assert found["tasks", "to_commit_numerator"] == found["tasks", "to_commit_denominator"]
    assert found["tasks", "prompts_numerator"] == 24
    assert found["tasks", "lines_added"] == 24
    assert found["delivery", "open_lines_added"] is None


@pytest.mark.parametrize("is_late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_deleting_the_branch_changes_no_number(
    home: Path, way: Callable[[Repo], None], monkeypatch: pytest.MonkeyPatch, *, is_late: bool
) -> None:
    kept = deliver(home / "kept", way)
    monkeypatch.setenv("AEA_HOME", str(home / "second"))
    assert deliver(home / "deleted", way, is_deleted=True, is_late=is_late) == kept
