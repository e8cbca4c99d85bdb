"""Ask the daemon of this data directory: one line there, one line back, over a Unix socket.

The daemon writes its process id and the path of its socket into `daemon.lock`, so that a shell without
the service's environment finds it too. It greets at once: one that is stopped or stuck is told apart from
one that works, and nobody waits for it.
"""

from __future__ import annotations

import _socket  # `socket` costs 5 ms of the 30 that `aea stats` takes
import os
from contextlib import suppress
from typing import NamedTuple

from aea import __version__, clock, paths

GREETING_SECONDS = 0.030
_LINE_LIMIT = 1 << 20


class Holder(NamedTuple):
    """Who last held the daemon's lock."""

    pid: int
    socket_path: str


def greeting() -> str:
    """The first line that the daemon says; another version's differs, and its answers are not used."""
    return f"aea {__version__}"


def holder() -> Holder | None:
    """What the lock file says; None when there never was a daemon. It may have ended since."""
    try:
        with open(paths.daemon_lock(), encoding="utf-8") as file:
            pid, socket_path = file.read().splitlines()
        return Holder(int(pid), socket_path)
    except (OSError, ValueError):
        return None


def ask(
    request: str, wait_seconds: float, greeting_seconds: float = GREETING_SECONDS
) -> str | None:
    """The daemon's answer to one request.

    None when no daemon runs, when it is another version, or when it does not greet: the caller helps
    itself then. Nothing ("") when it greets and does not answer in time.
    """
    found = holder()
    if found is None:
        return None
    channel = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        channel.settimeout(greeting_seconds)
        channel.connect(found.socket_path)
        if _line(channel, clock.monotonic() + greeting_seconds) != greeting():
            return None
        channel.sendall(request.encode("utf-8", "surrogateescape") + b"\n")
        return _line(channel, clock.monotonic() + wait_seconds) or ""
    except OSError:
        return None
    finally:
        with suppress(OSError):
            channel.close()


def _line(channel: _socket.socket, deadline: float) -> str | None:
    data = b""
    while not data.endswith(b"\n") and len(data) < _LINE_LIMIT:
        left = deadline - clock.monotonic()
        if left <= 0:
            return None
        channel.settimeout(left)
        part = channel.recv(65536)
        if not part:
            return None
        data += part
    return os.fsdecode(data[:-1])
