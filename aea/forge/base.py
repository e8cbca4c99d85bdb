"""The interface of a forge module: its API addresses, its requests, and the parsers for its responses.

A forge is a module, not a class. A host is a name without a port, and a project is the path after the host in a
repository's key. A parser raises KeyError, TypeError or ValueError on unexpected input.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aea.records import Issue, PullRequest

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CLOSING = re.compile(
    r"\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)):? +"
    r"(?:issues? +)?(#\d{1,9}\b(?:(?:, *| +)(?:and +)?#\d{1,9}\b)*)",
    re.IGNORECASE,
)


class Forge(Protocol):
    """One kind of forge. Paths are relative to the address of the API and include the query."""

    NAME: str
    TITLE: str
    HOST: str  # the public host
    API_VARIABLE: str  # holds the API address of another host
    TOKEN_VARIABLE: str  # holds the token for that host, else for the public one
    PUBLIC_VARIABLES: tuple[str, ...]  # set for other tools; used for the public host only
    HEADERS: dict[str, str]  # sent with each request
    TOKEN_COMMAND: tuple[str, ...]  # prints the token of the host given as its last argument

    def is_host(self, host: str) -> bool:
        """Return True if the host's name is one of this kind of forge."""

    def api_url(self, host: str) -> str:
        """Return the address of a host's API."""

    def pulls_path(self, project: str) -> str:
        """Return the first page of all pull requests, the most recently updated first."""

    def parse_pull(self, item: Any) -> PullRequest:
        """Parse one pull request."""

    def issues_path(self, project: str) -> str:
        """Return the first page of all issues labelled as bugs, the most recently updated first."""

    def parse_issue(self, item: Any) -> Issue | None:
        """Parse one issue. Returns None for an item that is not an issue."""

    def commits_path(self, project: str, number: int) -> str:
        """Return the first page of the commits of a pull request."""

    def parse_commit(self, item: Any) -> str:
        """Return the sha of one commit."""

    def lookup_path(self, project: str, sha: str) -> str:
        """Return the page of the pull requests that contain a commit."""


def parse_host(address: str) -> str:
    """Return the host of `https://api.example.org/x` or `example.org:8443/x`, without port and `api.`."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        return (parts.hostname or "").removeprefix("api.")
    except ValueError:
        return ""


def find_api_url(forge: Forge, host: str, environ: Mapping[str, str]) -> str | None:
    """Return the address of a host's API, or None if the host is not known to be this kind of forge."""
    configured = environ.get(forge.API_VARIABLE, "")
    if configured and parse_host(configured) == host:
        return configured.rstrip("/")
    return forge.api_url(host) if forge.is_host(host) else None


def parse_instant(value: str) -> int:
    """Return the UTC milliseconds of an ISO 8601 time."""
    return round(datetime.fromisoformat(value).timestamp() * 1000)


def parse_optional_instant(value: str | None) -> int | None:
    """Return the UTC milliseconds of an ISO 8601 time, or None without a value."""
    return parse_instant(value) if value else None


def parse_sha(value: Any) -> str | None:
    """Return the value if it is a full sha, else None."""
    return value if isinstance(value, str) and _SHA.fullmatch(value) else None


def parse_branch(value: str) -> str:
    """Return a branch name that can be stored: characters that are not valid Unicode are replaced."""
    return value.encode("utf-8", "replace").decode()


def parse_fixed_issues(text: str | None) -> tuple[int, ...]:
    """Return the issues that a text closes, such as `Fixes #12, #13`. The text itself is not stored."""
    lists = (found[1] for found in _CLOSING.finditer(text or ""))
    numbers = (int(number) for one in lists for number in re.findall(r"\d+", one))
    return tuple(dict.fromkeys(numbers))
