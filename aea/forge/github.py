"""GitHub, GitHub Enterprise Cloud and GitHub Enterprise Server: REST API, version 2022-11-28."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aea.forge.base import (
    parse_branch,
    parse_fixed_issues,
    parse_instant,
    parse_optional_instant,
    parse_sha,
)
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
    """Recognize github.com, github.example.org and example.ghe.com."""
    return host.startswith("github.") or host.endswith(".ghe.com")


def api_url(host: str) -> str:
    """Enterprise Server serves the API on its own host name."""
    if host == HOST or host.endswith(".ghe.com"):
        return f"https://api.{host}"
    return f"https://{host}/api/v3"


def pulls_path(project: str) -> str:
    """List all pull requests, the most recently updated first."""
    return f"/repos/{quote(project)}/pulls?state=all&{_NEWEST}"


def parse_pull(item: Any) -> PullRequest:
    """Parse a pull request. The merge commit of an unmerged one is a test merge, so it is ignored."""
    merged_at = parse_optional_instant(item["merged_at"])
    return PullRequest(
        number=int(item["number"]),
        state="merged" if merged_at is not None else str(item["state"]),
        is_draft=bool(item.get("draft")),
        created_at=parse_instant(item["created_at"]),
        updated_at=parse_instant(item["updated_at"]),
        closed_at=parse_optional_instant(item.get("closed_at")),
        merged_at=merged_at,
        base_ref=parse_branch(item["base"]["ref"]),
        head_ref=parse_branch(item["head"]["ref"]),
        head_sha=parse_sha(item["head"]["sha"]) or "",
        merge_commit_sha=parse_sha(item.get("merge_commit_sha")) if merged_at else None,
        commit_shas=(),
        fixed_issues=parse_fixed_issues(item.get("body")),
    )


def issues_path(project: str) -> str:
    """List issues labelled `bug`. The response includes pull requests with that label."""
    return f"/repos/{quote(project)}/issues?labels=bug&state=all&{_NEWEST}"


def parse_issue(item: Any) -> Issue | None:
    """Return None for a pull request."""
    if "pull_request" in item:
        return None
    return Issue(
        number=int(item["number"]),
        state=str(item["state"]),
        created_at=parse_instant(item["created_at"]),
        updated_at=parse_instant(item["updated_at"]),
        closed_at=parse_optional_instant(item.get("closed_at")),
    )


def commits_path(project: str, number: int) -> str:
    """List the commits of a pull request, at most 250."""
    return f"/repos/{quote(project)}/pulls/{number}/commits?per_page=100"


def parse_commit(item: Any) -> str:
    """Return the sha."""
    return str(item["sha"])


def lookup_path(project: str, sha: str) -> str:
    """List the pull request that brought a commit to the default branch, else all that contain it."""
    return f"/repos/{quote(project)}/commits/{sha}/pulls?per_page=100"
