"""Report status to the service manager (systemd's notification protocol). Does nothing without one."""

from __future__ import annotations

import os
import socket


def notify(*lines: str) -> None:
    """Send lines such as READY=1, STATUS=... or WATCHDOG=1 to $NOTIFY_SOCKET, if it is set."""
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name.startswith(("/", "@")):
        return
    address = "\0" + name[1:] if name[0] == "@" else name
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.sendto("\n".join(lines).encode(), address)
        except OSError:
            return  # the manager is gone


def watchdog_seconds() -> float | None:
    """Return half the watchdog interval of the manager, or None if it has none."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    is_ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(microseconds) / 2e6 if is_ours and microseconds.isdigit() else None
