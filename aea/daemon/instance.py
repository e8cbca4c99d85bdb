"""One daemon per data directory: a lock file of its own, given back by any kind of death."""

from __future__ import annotations

import fcntl
import os

from aea import paths
from aea.errors import AeaError, BusyError


class Instance:
    """Holds the lock as long as the process lives."""

    def __init__(self) -> None:
        directory = paths.data_dir()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC
            self._handle = os.open(paths.daemon_lock(), flags, 0o600)
        except OSError as error:
            hint = "check the permissions, or set AEA_HOME to another directory"
            raise AeaError(f"{directory} cannot be used: {error.strerror}", hint) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise BusyError(
                f"a daemon for {directory} runs already", "run: aea daemon stop"
            ) from None

    def announce(self, socket_path: str) -> None:
        """Write down who holds the lock and where it listens (read by aea.control)."""
        text = f"{os.getpid()}\n{socket_path}\n".encode("utf-8", "surrogateescape")
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text, 0)

    def release(self) -> None:
        """Give the lock back; nobody is told to call a socket that is gone."""
        os.ftruncate(self._handle, 0)
        os.close(self._handle)
