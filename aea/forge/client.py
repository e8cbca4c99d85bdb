"""GET of JSON from one forge with one token: patient with faults, obedient to rate limits.

The token goes to the host it was given for and to no other: a redirect or a next page elsewhere is refused,
and so is http, but to this machine. Requests are made one after another over one connection.
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
_PATIENCE_SECONDS = 5  # a limit that ends within it is waited for
_UNTOLD_SECONDS = 60  # a limit without its end
_MAX_BYTES = 64 * 1024 * 1024
_NEXT = re.compile(r'<([^<>]*)>\s*;[^<>]*?\brel="?next\b')
_LOCAL = {"localhost", "127.0.0.1", "::1"}


class Reply(NamedTuple):
    """What a forge answered."""

    body: Any  # None: not changed since the etag sent
    etag: str | None
    next_path: str | None  # of the next page


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    data: bytes


class Client:
    """One forge. ForgeError says what is wrong; RateLimitError when to go on; AbsentError: no such thing."""

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

    def get(self, path: str, etag: str | None = None) -> Reply:
        """The JSON at a path below the interface's address; with an etag, only if it has changed."""
        self._refuse_when_spent()
        target = self._base.path + path
        for _ in range(_REDIRECTS):
            answer = self._ask(target, etag)
            if answer.status not in (301, 302, 303, 307, 308):
                return self._reply(target, answer)
            target = self._here(urljoin(self._url(target), answer.headers.get("location", "")))
        raise ForgeError(f"{self._base.netloc} redirects without end", "try again later")

    def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ask(self, target: str, etag: str | None) -> _Answer:
        """The first answer that is no passing fault."""
        fault = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(self._pause * 2 ** (attempt - 1))
            try:
                answer = self._exchange(target, etag)
            except (OSError, HTTPException) as error:
                self.close()
                fault = str(error) if isinstance(error, OSError) else type(error).__name__
                continue
            self._note_rate(answer.headers)
            resume_at = _limited_until(answer)
            if resume_at is not None:
                self._wait_or_refuse(resume_at)
            elif answer.status < 500:
                return answer
            fault = f"it answers with {answer.status}"
        raise ForgeError(
            f"{self._base.netloc} cannot be asked: {fault}",
            "try again later; what came so far is stored",
        )

    def _exchange(self, target: str, etag: str | None) -> _Answer:
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
            raise IncompleteRead(b"", response.length)  # cut, or too long
        return _Answer(
            response.status, {key.lower(): value for key, value in response.getheaders()}, data
        )

    def _note_rate(self, headers: Mapping[str, str]) -> None:
        for prefix in ("x-ratelimit", "ratelimit"):
            remaining = _number(headers.get(f"{prefix}-remaining"))
            if remaining is not None:
                self.rate_remaining = remaining
                self._rate_reset_at = (_number(headers.get(f"{prefix}-reset")) or 0) * 1000

    def _refuse_when_spent(self) -> None:
        if self.rate_remaining == 0 and self._rate_reset_at > clock.now_ms():
            self._wait_or_refuse(self._rate_reset_at)

    def _wait_or_refuse(self, resume_at: int) -> None:
        seconds = (resume_at - clock.now_ms()) / 1000
        if seconds > _PATIENCE_SECONDS:
            self.close()
            raise RateLimitError(self._base.netloc, resume_at)
        time.sleep(max(seconds, 0))

    def _reply(self, target: str, answer: _Answer) -> Reply:
        status, headers, data = answer
        if status == 304:
            return Reply(None, None, None)
        if status != 200:
            raise self._refusal(status)
        try:
            body = json.loads(data)
        except ValueError as error:
            raise ForgeError(
                f"{self._base.netloc} answers with something that is no JSON",
                "check the address of the interface",
            ) from error
        found = _NEXT.search(headers.get("link", ""))
        following = self._here(urljoin(self._url(target), found[1])) if found else None
        if following == target:
            raise ForgeError(f"{self._base.netloc} repeats a page without end", "try again later")
        base = self._base.path
        return Reply(body, headers.get("etag"), following[len(base) :] if following else None)

    def _refusal(self, status: int) -> ForgeError:
        place = self._base.netloc
        if status in (404, 409, 410, 422):
            hint = "the token may not see it: check its scopes and organisation"
            return AbsentError(f"{place} shows no such thing ({status})", hint)
        if status == 401:
            hint = "make a new one, or take it away"
            return ForgeError(f"{place} refuses the token from {self._token.origin}", hint)
        if status == 403:
            hint = "it needs to read pull requests, issues and commits"
            return ForgeError(f"{place} forbids it to the token from {self._token.origin}", hint)
        return ForgeError(f"{place} answers with {status}", "check the address of the interface")

    def _url(self, target: str) -> str:
        return f"{self._base.scheme}://{self._base.netloc}{target}"

    def _here(self, url: str) -> str:
        """Path and query of an address on this host; the token goes to no other."""
        parts = urlsplit(url)
        is_here = (parts.scheme, parts.netloc) == (self._base.scheme, self._base.netloc)
        if not is_here or not parts.path.startswith(self._base.path + "/"):
            raise ForgeError(
                f"{self._base.netloc} sends us to {parts.netloc or 'nowhere'}: not followed",
                "check the address of the interface; the token goes to no other host",
            )
        return parts.path + (f"?{parts.query}" if parts.query else "")


def _checked(address: str) -> SplitResult:
    parts = urlsplit(address.rstrip("/"))
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    is_plain = re.fullmatch(r"[\w.-]+(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?", parts.netloc)
    if not is_safe or not is_plain or parts.query:
        raise UsageError(
            f"no forge is asked at {parts.hostname or 'that address'}: it is no plain https address",
            "write it as https://github.example.org/api/v3",
        )
    return parts


def _connect(base: SplitResult, timeout: float) -> HTTPConnection:
    """Straight, or through the proxy of the environment."""
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


def _limited_until(answer: _Answer) -> int | None:
    """When a rate limit that was met ends, UTC milliseconds; None: none was met."""
    headers = answer.headers
    after = _number(headers.get("retry-after"))
    is_spent = "0" in (headers.get("x-ratelimit-remaining"), headers.get("ratelimit-remaining"))
    is_told = after is not None or is_spent or b"rate limit" in answer.data.lower()
    if answer.status != 429 and not (answer.status == 403 and is_told):
        return None
    now = clock.now_ms()
    if after is not None:
        return now + after * 1000
    reset = _number(headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset"))
    return reset * 1000 if is_spent and reset else now + _UNTOLD_SECONDS * 1000


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() else None
