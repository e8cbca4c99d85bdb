"""GitLab, on gitlab.com and elsewhere: REST, version 4."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aea.forge.base import fixed_issues, instant, instant_or_none, name, sha_or_none
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
    """gitlab.com, gitlab.example.org."""
    return host.startswith("gitlab.")


def api_url(host: str) -> str:
    """The same everywhere."""
    return f"https://{host}/api/v4"


def _project(project: str) -> str:
    return f"/projects/{quote(project, safe='')}"


def pulls_path(project: str) -> str:
    """All merge requests."""
    return f"{_project(project)}/merge_requests?{_NEWEST}"


def parse_pull(item: Any) -> PullRequest:
    """With a squash there may be two commits: the squash, and the merge that brought it."""
    merged_at = instant_or_none(item.get("merged_at"))
    is_merged = item["state"] == "merged"
    squash = sha_or_none(item.get("squash_commit_sha")) if is_merged else None
    merge = sha_or_none(item.get("merge_commit_sha")) if is_merged else None
    state = "open" if item["state"] in ("opened", "locked") else str(item["state"])
    return PullRequest(
        number=int(item["iid"]),
        state=state,
        is_draft=bool(item.get("draft")),
        created_at=instant(item["created_at"]),
        updated_at=instant(item["updated_at"]),
        closed_at=instant_or_none(item.get("closed_at")) or merged_at,
        merged_at=merged_at if merged_at or not is_merged else instant(item["updated_at"]),
        base_ref=name(item["target_branch"]),
        head_ref=name(item["source_branch"]),
        head_sha=sha_or_none(item.get("sha")) or "",
        merge_commit_sha=merge or squash,
        commit_shas=(squash,) if squash else (),
        fixed_issues=fixed_issues(item.get("description")),
    )


def issues_path(project: str) -> str:
    """Issues with the label bug."""
    return f"{_project(project)}/issues?labels=bug&{_NEWEST}"


def parse_issue(item: Any) -> Issue | None:
    """Every item is one."""
    return Issue(
        number=int(item["iid"]),
        state="open" if item["state"] == "opened" else str(item["state"]),
        created_at=instant(item["created_at"]),
        updated_at=instant(item["updated_at"]),
        closed_at=instant_or_none(item.get("closed_at")),
    )


def commits_path(project: str, number: int) -> str:
    """All of them."""
    return f"{_project(project)}/merge_requests/{number}/commits?per_page=100"


def parse_commit(item: Any) -> str:
    """Its sha."""
    return str(item["id"])


def lookup_path(project: str, sha: str) -> str:
    """The merge requests that have a commit."""
    return f"{_project(project)}/repository/commits/{sha}/merge_requests?per_page=100"
