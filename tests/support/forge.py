"""A forge on this machine: real sockets, pages, etags, rate limits and failures, as GitHub and GitLab have them."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from aea import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = 2  # items on a page, whatever was asked for
PROJECT = "ada/shop"


def iso(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@dataclass
class Pull:
    """A pull request as the forge keeps it; instants are seconds."""

    number: int
    head: str
    created: int = 1000
    updated: int = 2000
    state: str = "open"
    merged: int | None = None
    merge_sha: str | None = None
    squash_sha: str | None = None
    commits: list[str] = field(default_factory=list)
    body: str = "XPULLTEXTX"

    def github(self) -> dict[str, Any]:
        closed = iso(self.updated) if self.state == "closed" else None
        return {
            "number": self.number,
            "title": "XPULLTITLEX",
            "body": self.body,
            "user": {"login": "XPERSONX"},
            "state": self.state,
            "draft": False,
            "created_at": iso(self.created),
            "updated_at": iso(self.updated),
            "closed_at": closed,
            "merged_at": iso(self.merged) if self.merged else None,
            "merge_commit_sha": self.merge_sha or "f" * 40,  # of an open one: a trial
            "head": {"ref": "topic", "sha": self.head, "repo": None},
            "base": {"ref": "main", "sha": "0" * 40},
        }

    def gitlab(self) -> dict[str, Any]:
        state = {"open": "opened"}.get(self.state, self.state)
        return {
            "iid": self.number,
            "title": "XPULLTITLEX",
            "description": self.body,
            "state": "merged" if self.merged else state,
            "draft": True,
            "created_at": iso(self.created).replace("Z", ".000Z"),
            "updated_at": iso(self.updated).replace("Z", ".500+00:00"),
            "closed_at": None,
            "merged_at": iso(self.merged) if self.merged else None,
            "merge_commit_sha": self.merge_sha,
            "squash_commit_sha": self.squash_sha,
            "sha": self.head,
            "source_branch": "topic",
            "target_branch": "main",
        }


class Forge:
    """What is there, what was asked, and what is to go wrong."""

    def __init__(self, kind: str, address: str) -> None:
        self.kind = kind
        self.address = address
        self.pulls: list[Pull] = []
        self.in_pulls: dict[
            str, list[int]
        ] = {}  # commit to pull requests, beside those that list it
        self.absent: set[str] = set()  # commits that were never pushed
        self.bugs: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.unchanged = 0  # answers with 304
        self.left: int | None = None  # requests
        self.faults: list[tuple[str, Callable[[_Handler], None]]] = []
        self.before: Callable[[str], None] = lambda _: None

    @property
    def api(self) -> str:
        return f"{self.address}/api/v3" if self.kind == "github" else f"{self.address}/api/v4"

    @property
    def remote(self) -> str:
        return f"{self.address}/{PROJECT}.git"

    @property
    def key(self) -> str:
        return f"git:{urlsplit(self.address).netloc}/{PROJECT}"

    def environment(self, token: str = "XSECRETX") -> dict[str, str]:
        name = self.kind.upper()
        return {f"AEA_{name}_API": self.api, f"AEA_{name}_TOKEN": token}

    def fail(self, part: str, how: Callable[[_Handler], None], times: int = 1) -> None:
        """The next requests whose path has that part go wrong."""
        self.faults += [(part, how)] * times

    def content(self, path: str) -> Any:
        """The whole listing behind a path; None when there is none."""
        path = unquote(path)
        if self.kind == "github":
            return self._github(path.removeprefix(f"/api/v3/repos/{PROJECT}"))
        return self._gitlab(path.removeprefix(f"/api/v4/projects/{PROJECT}"))

    def _newest(self) -> list[Pull]:
        return sorted(self.pulls, key=lambda pull: -pull.updated)

    def _of(self, sha: str) -> list[Pull]:
        numbers = self.in_pulls.get(sha, [])
        return [p for p in self.pulls if p.number in numbers or sha in p.commits]

    def _github(self, path: str) -> Any:
        if path == "/pulls":
            return [pull.github() for pull in self._newest()]
        if path == "/issues":
            return self.bugs
        if found := re.fullmatch(r"/pulls/(\d+)/commits", path):
            return self._commits(int(found[1]), "sha")
        if found := re.fullmatch(r"/commits/(\w+)/pulls", path):
            return None if found[1] in self.absent else [p.github() for p in self._of(found[1])]
        return None

    def _gitlab(self, path: str) -> Any:
        if path == "/merge_requests":
            return [pull.gitlab() for pull in self._newest()]
        if path == "/issues":
            return self.bugs
        if found := re.fullmatch(r"/merge_requests/(\d+)/commits", path):
            return self._commits(int(found[1]), "id")
        if found := re.fullmatch(r"/repository/commits/(\w+)/merge_requests", path):
            return None if found[1] in self.absent else [p.gitlab() for p in self._of(found[1])]
        return None

    def _commits(self, number: int, name: str) -> Any:
        return next(
            ([{name: s} for s in p.commits] for p in self.pulls if p.number == number), None
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    forge: Forge

    def do_GET(self) -> None:
        forge = self.forge
        forge.asked.append(self.path)
        forge.tokens.add(self.headers.get("Authorization", ""))
        forge.before(self.path)
        for number, (part, how) in enumerate(forge.faults):
            if part in self.path:
                del forge.faults[number]
                how(self)
                return
        self.answer()

    def answer(self) -> None:
        """What a healthy forge answers."""
        forge, parts = self.forge, urlsplit(self.path)
        if self.headers.get("Authorization") != "Bearer XSECRETX":
            self.send(401)
            return
        if forge.left == 0:
            spent(self)
            return
        items = forge.content(parts.path)
        if items is None:
            self.send(404)
            return
        page = int(parse_qs(parts.query).get("page", ["1"])[0])
        body = json.dumps(items[(page - 1) * PAGE : page * PAGE]).encode()
        headers = {"ETag": f'W/"{sha256(body).hexdigest()[:16]}"'}
        if page * PAGE < len(items):
            rest = re.sub(r"&page=\d+", "", self.path)
            url = f"{forge.address}{rest}&page={page + 1}"
            headers["Link"] = f'<{forge.address}/first>; rel="first", <{url}>; rel="next"'
        if self.headers.get("If-None-Match") == headers["ETag"]:
            forge.unchanged += 1
            self.send(304, b"", headers)
            return
        if forge.left is not None:
            forge.left -= 1
            prefix = "X-RateLimit" if forge.kind == "github" else "RateLimit"
            headers |= {f"{prefix}-Remaining": str(forge.left), f"{prefix}-Reset": str(reset())}
        self.send(200, body, headers)

    def send(self, status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def reset() -> int:
    return clock.now_ms() // 1000 + 3000


def spent(handler: _Handler) -> None:
    """No request is left in this hour."""
    prefix = "X-RateLimit" if handler.forge.kind == "github" else "RateLimit"
    headers = {f"{prefix}-Remaining": "0", f"{prefix}-Reset": str(reset())}
    handler.send(403 if handler.forge.kind == "github" else 429, b'{"message": "no"}', headers)


def status(code: int, **headers: str) -> Callable[[_Handler], None]:
    """An answer with that status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.send(code, b'{"message": "no"}', named)


def redirect(location: str) -> Callable[[_Handler], None]:
    """It is elsewhere."""
    return lambda handler: handler.send(301, b"", {"Location": location})


def cut(handler: _Handler) -> None:
    """The connection ends in the middle of the body."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'[{"number": 1')
    handler.close_connection = True


def hang(handler: _Handler) -> None:
    """Silence until the client gives up."""
    handler.rfile.read(1)
    handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        return  # a client that was killed


@contextmanager
def serving(kind: str) -> Iterator[Forge]:
    """A forge that answers until the end of the test."""
    server = _Server(("127.0.0.1", 0), _Handler)
    forge = Forge(kind, f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"forge": forge})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
