"""What a forge module offers: where its interface is, what to ask, what the answers mean.

A forge is a module, not a class. Hosts are names without a port; a project is the path behind the host in a
repository's key. What a parser cannot read raises KeyError, TypeError or ValueError.
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
    """One kind of forge. Paths are below the interface's address and hold the query."""

    NAME: str
    TITLE: str
    HOST: str  # the public one
    API_VARIABLE: str  # names the interface of another host
    TOKEN_VARIABLE: str  # for that host, else for the public one
    PUBLIC_VARIABLES: tuple[str, ...]  # of other tools, for the public host
    HEADERS: dict[str, str]  # of each request
    TOKEN_COMMAND: tuple[str, ...]  # prints the token of the host that is put behind it

    def is_host(self, host: str) -> bool:
        """Whether a host is one of this kind by its name."""

    def api_url(self, host: str) -> str:
        """Where the interface of a host is."""

    def pulls_path(self, project: str) -> str:
        """The first page of all pull requests, the latest change first."""

    def parse_pull(self, item: Any) -> PullRequest:
        """One of them."""

    def issues_path(self, project: str) -> str:
        """The first page of all issues labelled as bugs, the latest change first."""

    def parse_issue(self, item: Any) -> Issue | None:
        """One of them; None for what is no issue."""

    def commits_path(self, project: str, number: int) -> str:
        """The first page of the commits of a pull request."""

    def parse_commit(self, item: Any) -> str:
        """The sha of one of them."""

    def lookup_path(self, project: str, sha: str) -> str:
        """The pull requests that a commit is in."""


def host_of(address: str) -> str:
    """The host of `https://api.example.org/x` or `example.org:8443/x`, without port and leading `api.`."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        return (parts.hostname or "").removeprefix("api.")
    except ValueError:
        return ""


def interface_of(forge: Forge, host: str, environ: Mapping[str, str]) -> str | None:
    """The address of a host's interface; None when the host is not known to be a forge of this kind."""
    told = environ.get(forge.API_VARIABLE, "")
    if told and host_of(told) == host:
        return told.rstrip("/")
    return forge.api_url(host) if forge.is_host(host) else None


def instant(value: str) -> int:
    """UTC milliseconds of an ISO instant."""
    return round(datetime.fromisoformat(value).timestamp() * 1000)


def instant_or_none(value: str | None) -> int | None:
    """The same where there may be none."""
    return instant(value) if value else None


def sha_or_none(value: Any) -> str | None:
    """A commit's name, if it is one."""
    return value if isinstance(value, str) and _SHA.fullmatch(value) else None


def name(value: str) -> str:
    """A branch name as text that any database takes."""
    return value.encode("utf-8", "replace").decode()


def fixed_issues(text: str | None) -> tuple[int, ...]:
    """The issues that a text says it closes: `Fixes #12, #13`. Nothing else of the text is kept."""
    lists = (found[1] for found in _CLOSING.finditer(text or ""))
    numbers = (int(number) for one in lists for number in re.findall(r"\d+", one))
    return tuple(dict.fromkeys(numbers))
