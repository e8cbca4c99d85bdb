"""A client that gets JSON from one forge with one token. It retries on faults and obeys rate limits.

The token is sent only to the host it was given for: a redirect or a next page on another host is refused, and so
is http, except to this machine. Requests are sent one after another over one connection.
"""

from __future__ import annotations

import base64
import json
import re
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from aea import __version__, clock
from aea.errors import AbsentError, ForgeError, RateLimitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aea.forge.token import Token

_ATTEMPTS = 4
_REDIRECTS = 5
_MAX_WAIT_SECONDS = 5  # wait for a rate limit that resets within this time
_DEFAULT_RESET_SECONDS = 60  # for a rate limit that does not say when it resets
_MAX_BYTES = 64 * 1024 * 1024
_NEXT = re.compile(r'<([^<>]*)>\s*;[^<>]*?\brel="?next\b')
_LOCAL = {"localhost", "127.0.0.1", "::1"}


class Response(NamedTuple):
    """The body of a response, and how to continue."""

    body: Any  # None: not modified since the given etag
    etag: str | None
    next_path: str | None  # the next page


class _RawResponse(NamedTuple):
    status: int
    headers: Mapping[str, str]
    data: bytes


class Client:
    """A client for one forge.

    Raises RateLimitError at a rate limit, AbsentError when the forge does not show the resource, and ForgeError for
    any other failure.
    """

    def __init__(
        self,
        address: str,
        token: Token,
        headers: Mapping[str, str],
        *,
        timeout: float = 30.0,
        pause: float = 0.5,
    ) -> None:
        self._base = _checked(address)
        self._token = token
        self._headers = dict(headers)
        self._timeout = timeout
        self._pause = pause
        self._connection: HTTPConnection | None = None
        self.rate_remaining: int | None = None
        self._rate_reset_at = 0

    def get(self, path: str, etag: str | None = None) -> Response:
        """Return the JSON at a path relative to the API. With an etag, only if it was modified."""
        self._check_rate_limit()
        target = self._base.path + path
        for _ in range(_REDIRECTS):
            response = self._send(target, etag)
            if response.status not in (301, 302, 303, 307, 308):
                return self._parse(target, response)
            location = urljoin(self._url(target), response.headers.get("location", ""))
            target = self._same_host_path(location)
        raise ForgeError(f"{self._base.netloc} redirects endlessly", "try again later")

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _send(self, target: str, etag: str | None) -> _RawResponse:
        """Send a request, and retry after temporary faults."""
        fault = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(self._pause * 2 ** (attempt - 1))
            try:
                response = self._exchange(target, etag)
            except (OSError, HTTPException) as error:
                self.close()
                fault = str(error) if isinstance(error, OSError) else type(error).__name__
                continue
            self._record_rate(response.headers)
            resume_at = _limited_until(response)
            if resume_at is not None:
                self._wait_until(resume_at)
            elif response.status < 500:
                return response
            fault = f"HTTP status {response.status}"
        raise ForgeError(
            f"request to {self._base.netloc} failed: {fault}",
            "try again later; what was received so far is stored",
        )

    def _exchange(self, target: str, etag: str | None) -> _RawResponse:
        if self._connection is None:
            self._connection = _connect(self._base, self._timeout)
        headers = self._headers | {
            "Authorization": f"Bearer {self._token.value}",
            "User-Agent": f"aea/{__version__}",
        }
        self._connection.request(
            "GET", target, headers=headers | ({"If-None-Match": etag} if etag else {})
        )
        response = self._connection.getresponse()
        data = response.read(_MAX_BYTES)
        if response.length:
            raise IncompleteRead(b"", response.length)  # truncated, or too long
        return _RawResponse(
            response.status, {key.lower(): value for key, value in response.getheaders()}, data
        )

    def _record_rate(self, headers: Mapping[str, str]) -> None:
        for prefix in ("x-ratelimit", "ratelimit"):
            remaining = _number(headers.get(f"{prefix}-remaining"))
            if remaining is not None:
                self.rate_remaining = remaining
                self._rate_reset_at = (_number(headers.get(f"{prefix}-reset")) or 0) * 1000

    def _check_rate_limit(self) -> None:
        if self.rate_remaining == 0 and self._rate_reset_at > clock.now_ms():
            self._wait_until(self._rate_reset_at)

    def _wait_until(self, resume_at: int) -> None:
        """Wait for a rate limit to reset, or raise RateLimitError if that takes too long."""
        seconds = (resume_at - clock.now_ms()) / 1000
        if seconds > _MAX_WAIT_SECONDS:
            self.close()
            raise RateLimitError(self._base.netloc, resume_at)
        time.sleep(max(seconds, 0))

    def _parse(self, target: str, response: _RawResponse) -> Response:
        status, headers, data = response
        if status == 304:
            return Response(None, None, None)
        if status != 200:
            raise self._error_of(status)
        try:
            body = json.loads(data)
        except ValueError as error:
            raise ForgeError(
                f"{self._base.netloc} did not return JSON", "check the address of the API"
            ) from error
        found = _NEXT.search(headers.get("link", ""))
        link = urljoin(self._url(target), found[1]) if found else None
        following = self._same_host_path(link) if link else None
        if following == target:
            raise ForgeError(
                f"{self._base.netloc} repeats the same page endlessly", "try again later"
            )
        base = self._base.path
        return Response(body, headers.get("etag"), following[len(base) :] if following else None)

    def _error_of(self, status: int) -> ForgeError:
        host = self._base.netloc
        if status in (404, 409, 410, 422):
            hint = "check the scopes and the organisation of the token: it may not have access"
            return AbsentError(f"not found on {host} (HTTP status {status})", hint)
        if status == 401:
            hint = "create a new token, or remove it"
            return ForgeError(f"{host} rejects the token from {self._token.origin}", hint)
        if status == 403:
            hint = "give the token permission to read pull requests, issues and commits"
            return ForgeError(f"{host} denies access to the token from {self._token.origin}", hint)
        return ForgeError(f"{host} returned HTTP status {status}", "check the address of the API")

    def _url(self, target: str) -> str:
        return f"{self._base.scheme}://{self._base.netloc}{target}"

    def _same_host_path(self, url: str) -> str:
        """Return path and query of a URL on this host. The token is not sent to any other host."""
        parts = urlsplit(url)
        is_same_host = (parts.scheme, parts.netloc) == (self._base.scheme, self._base.netloc)
        if not is_same_host or not parts.path.startswith(self._base.path + "/"):
            raise ForgeError(
                f"{self._base.netloc} redirects to {parts.netloc or 'an invalid URL'}: not followed",
                "check the address of the API; the token is not sent to another host",
            )
        return parts.path + (f"?{parts.query}" if parts.query else "")


def _checked(address: str) -> SplitResult:
    parts = urlsplit(address.rstrip("/"))
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    is_plain = re.fullmatch(r"[\w.-]+(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?", parts.netloc)
    if not is_safe or not is_plain or parts.query:
        raise UsageError(
            f"cannot use {parts.hostname or 'that address'} as an API: not a plain https address",
            "use an address such as https://github.example.org/api/v3",
        )
    return parts


def _connect(base: SplitResult, timeout: float) -> HTTPConnection:
    """Connect directly, or through the proxy set in the environment."""
    host = base.hostname or ""
    if base.scheme == "http":
        return HTTPConnection(host, base.port, timeout=timeout)
    proxy = getproxies().get("https")
    if not proxy or proxy_bypass(host):
        return HTTPSConnection(host, base.port, timeout=timeout)
    via = urlsplit(proxy if "://" in proxy else f"//{proxy}")
    connection = HTTPSConnection(via.hostname or "", via.port or 8080, timeout=timeout)
    user = f"{via.username}:{via.password or ''}".encode()
    headers = {"Proxy-Authorization": f"Basic {base64.b64encode(user).decode()}"}
    connection.set_tunnel(host, base.port or 443, headers if via.username else {})
    return connection


def _limited_until(response: _RawResponse) -> int | None:
    """Return when a rate limit resets, in UTC milliseconds, or None if none was reached."""
    headers = response.headers
    after = _number(headers.get("retry-after"))
    is_spent = "0" in (headers.get("x-ratelimit-remaining"), headers.get("ratelimit-remaining"))
    is_limited = after is not None or is_spent or b"rate limit" in response.data.lower()
    if response.status != 429 and not (response.status == 403 and is_limited):
        return None
    now = clock.now_ms()
    if after is not None:
        return now + after * 1000
    reset = _number(headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset"))
    return reset * 1000 if is_spent and reset else now + _DEFAULT_RESET_SECONDS * 1000


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() else None
