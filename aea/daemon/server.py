"""The server side of the control socket. See aea.control."""

from __future__ import annotations

import os
import selectors
import socket
import stat
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
_TEMPORARY = "aea-"


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
        usual = _usual_path()
        self._is_in_temporary_directory = usual is None
        self.path = usual or os.path.join(_temporary_directory(), "daemon.sock")
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
            if self._is_in_temporary_directory:
                os.rmdir(os.path.dirname(self.path))

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


def _usual_path() -> str | None:
    """Return a path in the user's runtime directory or in the data directory; None if both are too long."""
    name = f"aea-{_mark()}.sock"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime) and os.access(runtime, os.W_OK):
        path = os.path.join(runtime, name)
        if len(os.fsencode(path)) <= _PATH_LIMIT:
            return path
    path = str(paths.data_dir() / "daemon.sock")
    return path if len(os.fsencode(path)) <= _PATH_LIMIT else None


def _temporary_directory() -> str:
    """Return the same private directory at each start, so that daemons that are killed leave no more than one."""
    path = os.path.join(tempfile.gettempdir(), f"{_TEMPORARY}{os.getuid()}-{_mark()}")
    with suppress(FileExistsError):
        os.mkdir(path, 0o700)
    found = os.lstat(path)
    is_private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if is_private and found.st_uid == os.getuid():
        return path
    return tempfile.mkdtemp(prefix=_TEMPORARY)  # somebody else took the name


def _mark() -> str:
    """Distinguish the sockets of several data directories."""
    from hashlib import blake2b

    return blake2b(os.fsencode(paths.data_dir()), digest_size=6).hexdigest()


def _is_own_user(channel: socket.socket) -> bool:
    """Return True if the caller is this user or root.

    Where the kernel cannot tell, the mode of the socket still keeps other users out.
    """
    if sys.platform != "linux":
        return True
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack(
        "3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    )
    return user in {os.getuid(), 0}
