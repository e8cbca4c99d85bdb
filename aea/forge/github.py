"""GitHub, GitHub Enterprise Cloud and Server: REST, version 2022-11-28."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aea.forge.base import fixed_issues, instant, instant_or_none, name, sha_or_none
from aea.records import Issue, PullRequest

NAME = "github"
TITLE = "GitHub"
HOST = "github.com"
API_VARIABLE = "AEA_GITHUB_API"
TOKEN_VARIABLE = "AEA_GITHUB_TOKEN"  # noqa: S105, the name of a variable
PUBLIC_VARIABLES: tuple[str, ...] = ("GITHUB_TOKEN", "GH_TOKEN")
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
TOKEN_COMMAND: tuple[str, ...] = ("gh", "auth", "token", "--hostname")
_NEWEST = "sort=updated&direction=desc&per_page=100"


def is_host(host: str) -> bool:
    """github.com, github.example.org, example.ghe.com."""
    return host.startswith("github.") or host.endswith(".ghe.com")


def api_url(host: str) -> str:
    """Servers have it below their own address."""
    if host == HOST or host.endswith(".ghe.com"):
        return f"https://api.{host}"
    return f"https://{host}/api/v3"


def pulls_path(project: str) -> str:
    """All pull requests."""
    return f"/repos/{quote(project)}/pulls?state=all&{_NEWEST}"


def parse_pull(item: Any) -> PullRequest:
    """The merge commit of one that is not merged is a trial, not a commit of the base branch."""
    merged_at = instant_or_none(item["merged_at"])
    return PullRequest(
        number=int(item["number"]),
        state="merged" if merged_at is not None else str(item["state"]),
        is_draft=bool(item.get("draft")),
        created_at=instant(item["created_at"]),
        updated_at=instant(item["updated_at"]),
        closed_at=instant_or_none(item.get("closed_at")),
        merged_at=merged_at,
        base_ref=name(item["base"]["ref"]),
        head_ref=name(item["head"]["ref"]),
        head_sha=sha_or_none(item["head"]["sha"]) or "",
        merge_commit_sha=sha_or_none(item.get("merge_commit_sha")) if merged_at else None,
        commit_shas=(),
        fixed_issues=fixed_issues(item.get("body")),
    )


def issues_path(project: str) -> str:
    """Issues with the label bug; the answer holds pull requests with that label, too."""
    return f"/repos/{quote(project)}/issues?labels=bug&state=all&{_NEWEST}"


def parse_issue(item: Any) -> Issue | None:
    """None for a pull request."""
    if "pull_request" in item:
        return None
    return Issue(
        number=int(item["number"]),
        state=str(item["state"]),
        created_at=instant(item["created_at"]),
        updated_at=instant(item["updated_at"]),
        closed_at=instant_or_none(item.get("closed_at")),
    )


def commits_path(project: str, number: int) -> str:
    """GitHub lists 250 of them at most."""
    return f"/repos/{quote(project)}/pulls/{number}/commits?per_page=100"


def parse_commit(item: Any) -> str:
    """Its sha."""
    return str(item["sha"])


def lookup_path(project: str, sha: str) -> str:
    """Of a commit on the default branch the pull request that brought it, else all that have it."""
    return f"/repos/{quote(project)}/commits/{sha}/pulls?per_page=100"
