"""The server side of the control socket. See aea.control."""

from __future__ import annotations

import os
import selectors
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

from aea import control, paths
from aea.errors import AeaError

if TYPE_CHECKING:
    from collections.abc import Callable

_PATH_LIMIT = 100  # the path of a socket is limited to 104 to 108 bytes
_REQUEST_LIMIT = 65_536


class Caller:
    """A connection with one request and one answer."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.received = b""

    def answer(self, line: str) -> None:
        """Send the answer and close. A caller that has gone away is ignored."""
        with suppress(OSError):
            self.channel.sendall(os.fsencode(line) + b"\n")
        self.close()

    def close(self) -> None:
        """Close without an answer."""
        with suppress(OSError):
            self.channel.close()


class Server:
    """Listens on a socket that only this user can connect to."""

    def __init__(
        self, selector: selectors.BaseSelector, on_request: Callable[[Caller, str], None]
    ) -> None:
        self._selector = selector
        self._on_request = on_request
        self.path = _socket_path()
        with suppress(FileNotFoundError):
            os.unlink(self.path)  # left by a daemon that was killed; we hold its lock now
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            self._listener.bind(self.path)
        except OSError as error:
            raise AeaError(
                f"cannot create a socket at {self.path}: {error.strerror}",
                "set XDG_RUNTIME_DIR to a directory that you can write to",
            ) from error
        finally:
            os.umask(mask)
        self._listener.listen(16)
        self._listener.setblocking(False)
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._selector.unregister(self._listener)
        self._listener.close()
        with suppress(OSError):
            os.unlink(self.path)

    def _accept(self) -> None:
        with suppress(OSError):
            channel, _ = self._listener.accept()
            channel.setblocking(False)
            if not _is_own_user(channel):
                channel.close()
                return
            channel.sendall(control.greeting().encode() + b"\n")
            caller = Caller(channel)
            self._selector.register(channel, selectors.EVENT_READ, lambda: self._receive(caller))

    def _receive(self, caller: Caller) -> None:
        try:
            part = caller.channel.recv(_REQUEST_LIMIT)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        caller.received += part
        if part and b"\n" not in caller.received and len(caller.received) < _REQUEST_LIMIT:
            return
        self._selector.unregister(caller.channel)
        if caller.received.endswith(b"\n"):
            self._on_request(caller, os.fsdecode(caller.received[:-1]))
        else:
            caller.close()


def _socket_path() -> str:
    """Return a path in the user's runtime directory, the data directory, or a private temporary one."""
    name = f"aea-{_mark()}.sock"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and os.access(runtime, os.W_OK):
        path = os.path.join(runtime, name)
        if len(os.fsencode(path)) <= _PATH_LIMIT:
            return path
    path = str(paths.data_dir() / "daemon.sock")
    if len(os.fsencode(path)) <= _PATH_LIMIT:
        return path
    return os.path.join(tempfile.mkdtemp(prefix="aea-"), name)


def _mark() -> str:
    """Distinguish the sockets of several data directories."""
    from hashlib import blake2b

    return blake2b(os.fsencode(paths.data_dir()), digest_size=6).hexdigest()


def _is_own_user(channel: socket.socket) -> bool:
    """Return True if the caller is this user or root, where the kernel can tell. The socket's mode keeps others out anyway."""
    if sys.platform != "linux":
        return True
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack(
        "3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    )
    return user in {os.getuid(), 0}
