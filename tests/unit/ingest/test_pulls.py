"""A sync with a forge: what becomes known, what is asked, what happens when it is cut short."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from aea.errors import AbsentError, RateLimitError
from aea.forge import github, gitlab
from aea.ingest.forges import list_hosts, sync_all
from tests.support.database import assert_consistent, dump_events, ingest, select
from tests.support.forge import PROJECT, Forge, iso, serving, spent, status
from tests.support.shop import Shop, make_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aea.ingest.pulls import SyncResult

DAY = 86_400_000


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Iterator[Forge]:
    with serving(request.param) as served:
        yield served


@pytest.fixture
def shop(forge: Forge, home: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("AEA_NOW_MS", "1800000000000")
    made = make_shop(home, forge)
    ingest(directory=str(made.repo.directory))
    return made


def sync(forge: Forge) -> SyncResult:
    environ = dict(os.environ) | forge.environment()
    module = github if forge.kind == "github" else gitlab
    keys = [row["repository_key"] for row in select("SELECT * FROM metadata_repositories")]
    (synced,) = sync_all(module, list_hosts(module, keys, environ), environ)
    return synced


def outcome(sha: str) -> Any:
    """(status, number, opened, merged) of one commit; None without a row."""
    rows = select("SELECT * FROM event_commit_pr_outcome WHERE commit_sha = ?", sha)
    names = ("lookup_status", "pr_number", "pr_opened_flag", "pr_merged_flag")
    return tuple(rows[0][name] for name in names) if rows else None


def test_before_any_sync_messages_tell(shop: Shop, forge: Forge) -> None:
    names = (
        "work",
        "squash",
        "merge",
        "brought",
        "open",
        "direct",
        "unpushed",
        "rebased",
        "closed",
    )
    told = {name: outcome(shop.commits[name]) for name in names}
    of_squash = ("subject", 1, 1, 1)
    assert {n: row for n, row in told.items() if row} == {"work": of_squash, "squash": of_squash}
    assert forge.asked == []


def test_what_a_sync_makes_known(shop: Shop, forge: Forge) -> None:
    synced = sync(forge)
    assert synced.fault is None
    assert {name: outcome(sha) for name, sha in shop.commits.items()} == {
        "work": ("resolved", 1, 1, 1),
        "squash": ("resolved", 1, 1, 1),
        "brought": ("resolved", 2, 1, 1),
        "merge": ("resolved", 2, 1, 1),
        "open": ("resolved", 3, 1, 0),
        "closed": ("resolved", 4, 1, 0),
        "direct": ("no_pr", None, 0, None),
        "unpushed": ("failed", None, None, None),
        "rebased": ("resolved", 5, 1, 1),
    }
    (row,) = select(
        "SELECT * FROM event_commit_pr_outcome WHERE commit_sha = ?", shop.commits["squash"]
    )
    assert (row["pr_created_at"], row["pr_merged_at"]) == (iso(1001), iso(1501))
    (state,) = select("SELECT * FROM ingest_forge_state")
    assert (state["sync_status"], state["completed_at"]) == ("complete", 1_800_000_000_000)
    assert_consistent()


def test_a_second_sync_asks_almost_nothing(shop: Shop, forge: Forge) -> None:
    sync(forge)
    before, asked = dump_events(), len(forge.asked)
    forge.unchanged = 0
    assert sync(forge)[1:4] == (0, 0, 0)
    assert (len(forge.asked) - asked, forge.unchanged) == (2, 2)
    assert dump_events() == before


def test_a_change_is_read_down_to_what_is_known(shop: Shop, forge: Forge) -> None:
    sync(forge)
    forge.asked.clear()
    number = next(n for n, pull in enumerate(forge.pulls) if pull.number == 3)
    forge.pulls[number] = replace(
        forge.pulls[number], state="closed", merged=2500, updated=2600, merge_sha="e" * 40
    )
    assert sync(forge).pull_count == 1
    assert outcome(shop.commits["open"]) == ("resolved", 3, 1, 1)
    listing = [path for path in forge.asked if "order" in path or "sort=" in path]
    pages = [path for path in listing if "/issues" not in path]
    assert len(pages) == 2  # of 3: what changed in the second of the last change may be new
    assert not [path for path in forge.asked if "/commits" in path]
    assert_consistent()


def test_no_pull_request_is_asked_for_again_with_growing_waits(
    shop: Shop, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(forge)
    direct, now = shop.commits["direct"], 1_800_000_000_000
    asked = []
    for day in range(1, 17):
        monkeypatch.setenv("AEA_NOW_MS", str(now + day * DAY))
        forge.asked.clear()
        sync(forge)
        asked += [day] * any(f"commits/{direct}" in path for path in forge.asked)
    assert asked == [1, 3, 7, 15]
    forge.in_pulls[direct] = [5]
    monkeypatch.setenv("AEA_NOW_MS", str(now + 31 * DAY))
    sync(forge)
    assert outcome(direct) == ("resolved", 5, 1, 1)


def test_a_pull_request_opened_later_needs_no_asking(shop: Shop, forge: Forge) -> None:
    sync(forge)
    direct = shop.commits["direct"]
    forge.pulls.append(
        replace(
            forge.pulls[0],
            number=6,
            head=direct,
            commits=[direct],
            updated=4000,
            merged=None,
            merge_sha=None,
            squash_sha=None,
            state="open",
        )
    )
    sync(forge)
    assert outcome(direct) == ("resolved", 6, 1, 0)
    assert_consistent()


def test_the_earliest_of_several_owns_the_commit(shop: Shop, forge: Forge) -> None:
    sync(forge)
    sha = shop.commits["open"]
    for number, created in ((8, 900), (7, 900), (9, 5000)):
        forge.pulls.append(
            replace(
                forge.pulls[2],
                number=number,
                created=created,
                updated=3000 + number,
                head=sha,
                commits=[sha],
                state="open",
            )
        )
    sync(forge)
    assert outcome(sha) == ("resolved", 7, 1, 0)
    assert_consistent()


@pytest.mark.parametrize("limit", [1, 2, 4, 7, 9])
def test_a_limit_anywhere_leaves_a_whole_and_the_next_sync_goes_on(
    shop: Shop, forge: Forge, limit: int
) -> None:
    forge.left = limit
    synced = sync(forge)
    assert isinstance(synced.fault, RateLimitError)
    (state,) = select("SELECT * FROM ingest_forge_state")
    assert (state["sync_status"], state["rate_remaining"]) == ("rate_limited", 0)
    assert state["resume_at"] == synced.fault.resume_at
    assert_consistent()
    forge.left = None
    os.environ["AEA_NOW_MS"] = str(1_800_000_000_000 + DAY)
    assert sync(forge).fault is None
    pieces = dump_events()
    os.environ["AEA_HOME"] += "-clean"
    ingest(directory=str(shop.repo.directory))
    sync(forge)
    assert dump_events() == pieces
    assert_consistent()


def test_a_limit_at_a_commit_is_known_of_it(shop: Shop, forge: Forge) -> None:
    forge.fail(f"commits/{shop.commits['direct']}", spent)
    assert isinstance(sync(forge).fault, RateLimitError)
    assert outcome(shop.commits["direct"]) == ("rate_limited", None, None, None)


def test_a_project_that_is_hidden_is_a_fault_of_its_own(shop: Shop, forge: Forge) -> None:
    forge.fail("sort=", status(404))
    assert isinstance(sync(forge).fault, AbsentError)
    assert select("SELECT sync_status FROM ingest_forge_state") == [{"sync_status": "failed"}]
    assert sync(forge).fault is None


def test_a_project_may_keep_no_issues(shop: Shop, forge: Forge) -> None:
    forge.fail("/issues", status(410))
    assert sync(forge).fault is None


def test_bugs_and_what_closes_them(shop: Shop, forge: Forge) -> None:
    item = {
        "title": "XISSUETITLEX",
        "state": "closed",
        "closed_at": iso(1500),
        "created_at": iso(1200),
        "updated_at": iso(1500),
    }
    forge.bugs = [
        item | {"number": 30, "iid": 30},
        item | {"number": 31, "iid": 31},
        item | {"number": 32, "iid": 32},
    ]
    forge.pulls[0].body = "XPULLTEXTX\n\nFixes #31, #30"
    sync(forge)
    bugs = select("SELECT issue_number, state, closed_at FROM fact_issue ORDER BY issue_number")
    assert [tuple(bug.values()) for bug in bugs] == [(n, "closed", 1_500_000) for n in (30, 31, 32)]
    fixes = select("SELECT issue_number, pr_number FROM fact_issue_fix ORDER BY issue_number")
    assert [tuple(fix.values()) for fix in fixes] == [(30, 1), (31, 1)]


def test_another_remote_is_another_project(shop: Shop, forge: Forge) -> None:
    sync(forge)
    shop.repo.git("remote", "set-url", "origin", forge.remote.replace(PROJECT, "bob/shop"))
    shop.repo.change({"z.py": "z = 1\n"}, "On")
    ingest(directory=str(shop.repo.directory))
    assert select("SELECT * FROM fact_pull_request") == []
    assert outcome(shop.commits["open"]) is None
    assert_consistent()


def test_a_commit_read_after_the_sync_finds_its_pull_request(shop: Shop, forge: Forge) -> None:
    tree = shop.repo.git("rev-parse", "HEAD^{tree}")
    late = shop.repo.git("commit-tree", tree, "-p", "HEAD", "-m", "Late")
    forge.pulls[0].merge_sha = late
    sync(forge)
    shop.repo.git("update-ref", "refs/heads/late", late)
    ingest(directory=str(shop.repo.directory))
    assert outcome(late) == ("resolved", 1, 1, 1)
    assert_consistent()


def test_nothing_that_people_wrote_is_kept(shop: Shop, forge: Forge, home: Path) -> None:
    sync(forge)
    assert select("SELECT count(*) AS n FROM fact_pull_request")[0]["n"] == 5
    for path in home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for word in (b"XPULLTITLEX", b"XPULLTEXTX", b"XPERSONX", b"XSECRETX"):
                assert word not in data, (word, path.name)
