"""The service of a Windows user, as a task at logon. UNTESTED: aea has not been run on Windows yet."""

from __future__ import annotations

import getpass
import subprocess
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from aea import paths
from aea.errors import AeaError
from aea.service import program
from aea.service.base import State

if TYPE_CHECKING:
    from pathlib import Path

TASK = r"aea\daemon"


class TaskScheduler:
    """See aea.service.manager."""

    def install(self) -> list[str]:
        """Register the task, in place of one that is there, and start it."""
        path = task_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(), encoding="utf-16")  # the only encoding that schtasks takes
        _run("/Create", "/TN", TASK, "/XML", str(path), "/F")
        self.restart()
        return [f"Registered the task {TASK} from {path}", "Started; starts at every logon."]

    def uninstall(self) -> list[str]:
        """End the task and remove it."""
        if not task_path().exists():
            return ["No service is installed."]
        _call("/End", "/TN", TASK)
        _run("/Delete", "/TN", TASK, "/F")
        task_path().unlink()
        return [f"Stopped and removed: the task {TASK}"]

    def start(self) -> None:
        """Start now."""
        _run("/Run", "/TN", TASK)

    def stop(self) -> None:
        """End until the next logon or start."""
        _run("/End", "/TN", TASK)

    def restart(self) -> None:
        """End and start."""
        _call("/End", "/TN", TASK)
        self.start()

    def state(self) -> State:
        """What the Task Scheduler says."""
        done = _call("/Query", "/TN", TASK, "/FO", "LIST")
        status = [line for line in done.stdout.splitlines() if line.startswith("Status:")]
        path = task_path()
        return State(
            manager="Task Scheduler",
            path=str(path),
            is_installed=done.returncode == 0,
            is_current=path.exists() and path.read_text(encoding="utf-16") == render(),
            is_enabled=done.returncode == 0,
            is_running=any("Running" in line for line in status),
            detail=status[0].partition(":")[2].strip() if status else "no such task",
        )


def task_path() -> Path:
    """The task as it was registered."""
    return paths.data_dir() / "aea-daemon.xml"


def render() -> str:
    """The task for this installation; a task takes its environment from the user's settings."""
    template = (paths.shipped("packaging") / "windows" / "aea-daemon.xml").read_text()
    interpreter, *arguments = program.command()
    for name, value in (
        ("@PROGRAM@", interpreter.replace("python.exe", "pythonw.exe")),  # no window
        ("@ARGUMENTS@", subprocess.list2cmdline(arguments)),
        ("@USER@", getpass.getuser()),
    ):
        template = template.replace(name, escape(value))
    return template


def _run(*arguments: str) -> None:
    done = _call(*arguments)
    if done.returncode:
        said = done.stderr.strip() or str(done.returncode)
        raise AeaError(f"schtasks {arguments[0]} failed: {said}", "run it in a shell of your own")


def _call(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["schtasks", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
