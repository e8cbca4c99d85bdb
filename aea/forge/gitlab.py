"""GitLab, on gitlab.com and self-managed: REST API, version 4."""

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

NAME = "gitlab"
TITLE = "GitLab"
HOST = "gitlab.com"
API_VARIABLE = "AEA_GITLAB_API"
TOKEN_VARIABLE = "AEA_GITLAB_TOKEN"  # noqa: S105, the name of a variable
PUBLIC_VARIABLES: tuple[str, ...] = ("GITLAB_TOKEN",)
HEADERS = {"Accept": "application/json"}
TOKEN_COMMAND: tuple[str, ...] = ("glab", "config", "get", "token", "--host")
_NEWEST = "state=all&order_by=updated_at&sort=desc&per_page=100"


def is_host(host: str) -> bool:
    """Recognize gitlab.com and gitlab.example.org."""
    return host.startswith("gitlab.")


def api_url(host: str) -> str:
    """Every host serves the API at the same path."""
    return f"https://{host}/api/v4"


def _project(project: str) -> str:
    return f"/projects/{quote(project, safe='')}"


def pulls_path(project: str) -> str:
    """List all merge requests, the most recently updated first."""
    return f"{_project(project)}/merge_requests?{_NEWEST}"


def parse_pull(item: Any) -> PullRequest:
    """Parse a merge request. A squash may come with a merge commit of its own."""
    merged_at = parse_optional_instant(item.get("merged_at"))
    is_merged = item["state"] == "merged"
    squash = parse_sha(item.get("squash_commit_sha")) if is_merged else None
    merge = parse_sha(item.get("merge_commit_sha")) if is_merged else None
    state = "open" if item["state"] in ("opened", "locked") else str(item["state"])
    return PullRequest(
        number=int(item["iid"]),
        state=state,
        is_draft=bool(item.get("draft")),
        created_at=parse_instant(item["created_at"]),
        updated_at=parse_instant(item["updated_at"]),
        closed_at=parse_optional_instant(item.get("closed_at")) or merged_at,
        merged_at=merged_at if merged_at or not is_merged else parse_instant(item["updated_at"]),
        base_ref=parse_branch(item["target_branch"]),
        head_ref=parse_branch(item["source_branch"]),
        head_sha=parse_sha(item.get("sha")) or "",
        merge_commit_sha=merge or squash,
        commit_shas=(squash,) if squash else (),
        fixed_issues=parse_fixed_issues(item.get("description")),
    )


def issues_path(project: str) -> str:
    """List issues labelled `bug`."""
    return f"{_project(project)}/issues?labels=bug&{_NEWEST}"


def parse_issue(item: Any) -> Issue | None:
    """Parse an issue."""
    return Issue(
        number=int(item["iid"]),
        state="open" if item["state"] == "opened" else str(item["state"]),
        created_at=parse_instant(item["created_at"]),
        updated_at=parse_instant(item["updated_at"]),
        closed_at=parse_optional_instant(item.get("closed_at")),
    )


def commits_path(project: str, number: int) -> str:
    """List the commits of a merge request."""
    return f"{_project(project)}/merge_requests/{number}/commits?per_page=100"


def parse_commit(item: Any) -> str:
    """Return the sha."""
    return str(item["id"])


def lookup_path(project: str, sha: str) -> str:
    """List the merge requests that contain a commit."""
    return f"{_project(project)}/repository/commits/{sha}/merge_requests?per_page=100"
