"""Hosts, interfaces and what an answer means."""

from __future__ import annotations

import pytest

from aea.forge import github, gitlab
from aea.forge.base import find_api_url, parse_fixed_issues, parse_host
from tests.support.forge import Pull

SHA, MERGE, SQUASH = "a" * 40, "b" * 40, "c" * 40


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("github.com/ada/shop", "github.com"),
        ("git.example.org:8443/ada/shop", "git.example.org"),
        ("https://api.github.com", "github.com"),
        ("https://git.example.org:8443/api/v3", "git.example.org"),
        ("", ""),
        ("https://[", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str) -> None:
    assert parse_host(address) == host


def test_which_hosts_are_forges_and_where_they_answer() -> None:
    assert find_api_url(github, "github.com", {}) == "https://api.github.com"
    assert find_api_url(github, "shop.ghe.com", {}) == "https://api.shop.ghe.com"
    assert find_api_url(github, "github.example.org", {}) == "https://github.example.org/api/v3"
    assert find_api_url(gitlab, "gitlab.com", {}) == "https://gitlab.com/api/v4"
    assert find_api_url(gitlab, "gitlab.example.org", {}) == "https://gitlab.example.org/api/v4"
    assert find_api_url(github, "git.example.org", {}) is None
    told = {"AEA_GITHUB_API": "https://git.example.org/api/v3/"}
    assert find_api_url(github, "git.example.org", told) == "https://git.example.org/api/v3"
    assert find_api_url(gitlab, "git.example.org", told) is None
    assert find_api_url(github, "github.com", told) == "https://api.github.com"


def test_a_trial_merge_is_no_merge() -> None:
    pull = github.parse_pull(Pull(1, SHA, merge_sha=MERGE).github())
    assert (pull.state, pull.merged_at, pull.merge_commit_sha) == ("open", None, None)
    merged = Pull(1, SHA, state="closed", merged=3000, merge_sha=MERGE).github()
    pull = github.parse_pull(merged)
    assert (pull.state, pull.merged_at, pull.merge_commit_sha) == ("merged", 3_000_000, MERGE)


def test_a_squash_and_its_merge() -> None:
    item = Pull(1, SHA, state="merged", merged=3000, merge_sha=MERGE, squash_sha=SQUASH)
    pull = gitlab.parse_pull(item.gitlab())
    assert (pull.merge_commit_sha, pull.commit_shas) == (MERGE, (SQUASH,))
    item.merge_sha = None
    assert gitlab.parse_pull(item.gitlab()).merge_commit_sha == SQUASH
    assert gitlab.parse_pull(Pull(1, SHA).gitlab()).state == "open"


def test_an_old_gitlab_tells_no_time_of_the_merge() -> None:
    item = Pull(1, SHA, state="merged", merged=3000).gitlab() | {"merged_at": None}
    assert gitlab.parse_pull(item).merged_at == 2_000_500


@pytest.mark.parametrize(
    ("text", "issues"),
    [
        ("Fixes #12", (12,)),
        ("closes: #1, #2 and #3; resolved #1", (1, 2, 3)),
        ("It fixes issue #4", (4,)),
        ("See #5, prefixes #6, fixes ada/shop#7", ()),
        (None, ()),
    ],
)
def test_the_issues_that_a_text_closes(text: str | None, issues: tuple[int, ...]) -> None:
    assert parse_fixed_issues(text) == issues


def test_an_issue_is_no_pull_request() -> None:
    times = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z"}
    item = {"number": 1, "iid": 1, "state": "closed", "closed_at": None} | times
    found = github.parse_issue(item)
    assert found == gitlab.parse_issue(item)
    assert found is not None
    assert (found.number, found.state) == (1, "closed")
    assert github.parse_issue(item | {"pull_request": {}}) is None
