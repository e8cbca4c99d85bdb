"""One daemon per data directory: a lock file that the kernel releases however the process ends."""

from __future__ import annotations

import fcntl
import os

from aea import paths
from aea.errors import AeaError, BusyError


class InstanceLock:
    """Holds the lock for the lifetime of the process."""

    def __init__(self) -> None:
        directory = paths.data_dir()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC
            self._handle = os.open(paths.daemon_lock(), flags, 0o600)
        except OSError as error:
            hint = "check the permissions, or set AEA_HOME to another directory"
            raise AeaError(f"cannot use {directory}: {error.strerror}", hint) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise BusyError(
                f"a daemon for {directory} is already running", "aea daemon stop"
            ) from None

    def write_holder(self, socket_path: str) -> None:
        """Write the process id and the socket path to the lock file (read by aea.control)."""
        text = f"{os.getpid()}\n{socket_path}\n".encode("utf-8", "surrogateescape")
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text, 0)

    def release(self) -> None:
        """Release the lock and clear the file, so that nobody connects to a removed socket."""
        os.ftruncate(self._handle, 0)
        os.close(self._handle)
