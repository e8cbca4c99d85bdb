"""Real daemons: started, asked, killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aea import control

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
_INCOMPLETE = ("Not up to date", "try again", '"is_up_to_date": false')


def start(**environment: str) -> subprocess.Popen[bytes]:
    """A daemon for the data of this test, not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "aea", "daemon", "run"],
        cwd="/",
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def running(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon that has read everything; ended with the test."""
    process = start(**environment)
    try:
        until(is_up_to_date)
        yield process
    finally:
        process.kill()
        process.wait()


def aea(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One command, as a user runs it."""
    return subprocess.run(
        [sys.executable, "-m", "aea", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def aea_when_done(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The first answer that does not say that newer data is still to come, as a slow machine may."""
    answers: list[subprocess.CompletedProcess[str]] = []

    def is_complete() -> bool:
        answers.append(aea(*arguments, cwd=cwd))
        told = answers[-1].stdout + answers[-1].stderr
        return not any(sign in told for sign in _INCOMPLETE)

    until(is_complete)
    return answers[-1]


def is_up_to_date() -> bool:
    """Whether the daemon says so, of this instant."""
    return control.request("sync 1000 ", 2, 2) == "up-to-date"


def status() -> dict[str, Any]:
    """What the daemon tells of itself."""
    answer = control.request("status", 5, 5)
    assert answer, "no daemon answers"
    document: dict[str, Any] = json.loads(answer)
    return document


def troubles() -> dict[str, str]:
    """What is wrong now, by place."""
    return {trouble["place"]: trouble["text"] for trouble in status()["troubles"]}


def until(is_true: Callable[[], Any], seconds: float = 45) -> None:
    """Wait for it; a test that waits too long has failed. Less than a minute: then the daemon looks anyway."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
