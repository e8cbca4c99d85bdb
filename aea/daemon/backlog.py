"""A long read, done by a process of its own: its memory goes when it ends, and the daemon goes on answering."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import IO, TYPE_CHECKING

from aea.ingest import signature

if TYPE_CHECKING:
    from aea.ingest.survey import Survey

LONG_BYTES = 16_000_000  # some 0.2 s of reading
LONG_FILES = 400


def is_long(found: Survey) -> bool:
    """Whether a survey asks for more than the loop should do between two answers."""
    return (
        len(found.files) + len(found.missing) > LONG_FILES
        or sum(file.new_bytes for file in found.files) > LONG_BYTES
        or any(moved.is_new and _has_history(moved.root) for moved in found.repositories)
    )


def _has_history(root: str) -> bool:
    common_dir = signature.common_dir(root)
    return common_dir is not None and signature.pack_bytes(common_dir) > 0


class Backlog:
    """At most one `aea ingest` at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def is_running(self) -> bool:
        """Whether it still reads."""
        return self._process is not None

    def start(self) -> None:
        """Begin to read everything."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - read when the process has ended
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "aea", "ingest", "--quiet"],
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def result(self) -> str | None:
        """None while it reads; then once: what went wrong, empty when nothing did."""
        if self._process is None or self._process.poll() is None:
            return None
        code, self._process = self._process.returncode, None
        errors, self._errors = self._errors, None
        if errors is None:
            return ""
        with errors:
            errors.seek(0)
            text = errors.read(10_000).decode("utf-8", "replace").strip()
        return (text or f"it ended with {code}") if code else ""

    def stop(self) -> None:
        """End it: what it has committed stays, the next run goes on there."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
