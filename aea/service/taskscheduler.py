"""The service on Windows, as a scheduled task. UNTESTED: aea has not been run on Windows yet."""

from __future__ import annotations

import getpass
import subprocess
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from aea import paths
from aea.errors import AeaError
from aea.service import program
from aea.service.base import ServiceState

if TYPE_CHECKING:
    from pathlib import Path

TASK = r"aea\daemon"


class TaskScheduler:
    """See aea.service.base.Manager."""

    def install(self) -> list[str]:
        """Register the task, replacing an earlier one, and start it."""
        path = task_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(), encoding="utf-16")  # the only encoding that schtasks accepts
        _run("/Create", "/TN", TASK, "/XML", str(path), "/F")
        self.restart()
        return [
            f"Registered the task {TASK} from {path}",
            "The task is running and starts at every logon.",
        ]

    def uninstall(self) -> list[str]:
        """Stop and remove the task."""
        if not task_path().exists():
            return ["The service is not installed."]
        _call("/End", "/TN", TASK)
        _run("/Delete", "/TN", TASK, "/F")
        task_path().unlink()
        return [f"Stopped and removed: the task {TASK}"]

    def start(self) -> None:
        """Start the task."""
        _run("/Run", "/TN", TASK)

    def stop(self) -> None:
        """Stop the task until the next logon or start."""
        _run("/End", "/TN", TASK)

    def restart(self) -> None:
        """Restart the task."""
        _call("/End", "/TN", TASK)
        self.start()

    def state(self) -> ServiceState:
        """Return the state that the Task Scheduler reports."""
        done = _call("/Query", "/TN", TASK, "/FO", "LIST")
        status = [line for line in done.stdout.splitlines() if line.startswith("Status:")]
        path = task_path()
        return ServiceState(
            manager="Task Scheduler",
            path=str(path),
            is_installed=done.returncode == 0,
            is_current=path.exists() and path.read_text(encoding="utf-16") == render(),
            is_enabled=done.returncode == 0,
            is_running=any("Running" in line for line in status),
            detail=status[0].partition(":")[2].strip() if status else "no such task",
        )


def task_path() -> Path:
    """Return the path of the registered task definition."""
    return paths.data_dir() / "aea-daemon.xml"


def render() -> str:
    """Render the task for this installation. A task takes its environment from the user's settings."""
    template = (paths.shipped("packaging") / "windows" / "aea-daemon.xml").read_text()
    interpreter, *arguments = program.command()
    for name, value in (
        ("@PROGRAM@", interpreter.replace("python.exe", "pythonw.exe")),  # without a console window
        ("@ARGUMENTS@", subprocess.list2cmdline(arguments)),
        ("@USER@", getpass.getuser()),
    ):
        template = template.replace(name, escape(value))
    return template


def _run(*arguments: str) -> None:
    done = _call(*arguments)
    if done.returncode:
        reason = done.stderr.strip() or str(done.returncode)
        raise AeaError(
            f"schtasks {arguments[0]} failed: {reason}",
            f"run in a terminal: schtasks {subprocess.list2cmdline(arguments)}",
        )


def _call(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["schtasks", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
