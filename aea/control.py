"""Client of the daemon's control socket: one request line, one answer line, over a Unix socket.

The daemon writes its process id and socket path to `daemon.lock`, so that a shell without the service's
environment finds it. It sends a greeting at once, so a caller does not wait for a daemon that hangs.
"""

from __future__ import annotations

import _socket  # importing `socket` takes 5 ms of the 30 ms of `aea stats`
import os
from contextlib import suppress
from typing import NamedTuple

from aea import __version__, clock, paths

GREETING_SECONDS = 0.030
_LINE_LIMIT = 1 << 20


class Holder(NamedTuple):
    """The process that last held the daemon's lock."""

    pid: int
    socket_path: str


def greeting() -> str:
    """Return the first line sent by the daemon. A caller of another version ignores its answers."""
    return f"aea {__version__}"


def read_holder() -> Holder | None:
    """Read the lock file. Returns None if no daemon has run; the process may have ended since."""
    try:
        with open(paths.daemon_lock(), encoding="utf-8") as file:
            pid, socket_path = file.read().splitlines()
        return Holder(int(pid), socket_path)
    except (OSError, ValueError):
        return None


def request(
    line: str, wait_seconds: float, greeting_seconds: float = GREETING_SECONDS
) -> str | None:
    """Send a request to the daemon and return its answer.

    None means that no daemon runs, that it has another version, or that it does not greet in time. "" means that it
    greeted but did not answer in time.
    """
    found = read_holder()
    if found is None:
        return None
    channel = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        channel.settimeout(greeting_seconds)
        channel.connect(found.socket_path)
        if _read_line(channel, clock.monotonic() + greeting_seconds) != greeting():
            return None
        channel.sendall(line.encode("utf-8", "surrogateescape") + b"\n")
        return _read_line(channel, clock.monotonic() + wait_seconds) or ""
    except OSError:
        return None
    finally:
        with suppress(OSError):
            channel.close()


def _read_line(channel: _socket.socket, deadline: float) -> str | None:
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
