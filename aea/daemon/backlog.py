"""Reads a backlog in a child process. Its memory is released when it ends, and the daemon stays responsive."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import IO, TYPE_CHECKING

from aea.ingest import repository_stat

if TYPE_CHECKING:
    from aea.ingest.scan import Scan

LONG_BYTES = 16_000_000  # takes about 0.2 s to read
LONG_FILES = 400


def is_backlog(found: Scan) -> bool:
    """Return True if a scan found more than the loop should read between two answers."""
    return (
        len(found.files) + len(found.missing) > LONG_FILES
        or sum(file.new_bytes for file in found.files) > LONG_BYTES
        or any(moved.is_new and _has_history(moved.root) for moved in found.repositories)
    )


def _has_history(root: str) -> bool:
    common_dir = repository_stat.find_common_dir(root)
    return common_dir is not None and repository_stat.pack_bytes(common_dir) > 0


class BacklogReader:
    """Runs at most one `aea ingest` at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def is_running(self) -> bool:
        """Return True while the process is running."""
        return self._process is not None

    def start(self) -> None:
        """Start reading everything."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - read after the process has ended
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "aea", "ingest", "--quiet"],
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def poll(self) -> str | None:
        """Return None while running. Once it has ended, return its error once; "" means success."""
        if self._process is None or self._process.poll() is None:
            return None
        code, self._process = self._process.returncode, None
        errors, self._errors = self._errors, None
        if errors is None:
            return ""
        with errors:
            errors.seek(0)
            text = errors.read(10_000).decode("utf-8", "replace").strip()
        return (text or f"exit code {code}") if code else ""

    def stop(self) -> None:
        """Terminate the process. Committed data stays, and the next run continues from there."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
