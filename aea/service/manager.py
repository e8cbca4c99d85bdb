"""What a service manager offers, and which one serves this platform."""

from __future__ import annotations

import sys
from typing import NamedTuple, Protocol

from aea.errors import AeaError


class State(NamedTuple):
    """How the service is."""

    manager: str  # systemd, launchd, Task Scheduler
    path: str  # of the unit or the agent
    is_installed: bool
    is_current: bool  # as this aea would install it
    is_enabled: bool  # starts at login
    is_running: bool
    detail: str  # what the manager says


class Manager(Protocol):
    """One service manager. Every call raises AeaError when the manager cannot be reached."""

    def install(self) -> list[str]:
        """Write, enable and start; again after an upgrade. What was done, a line each."""

    def uninstall(self) -> list[str]:
        """Stop, disable and remove: nothing is left but the data."""

    def start(self) -> None:
        """Start now."""

    def stop(self) -> None:
        """Stop until the next login or start."""

    def restart(self) -> None:
        """Stop and start."""

    def state(self) -> State:
        """How the service is; never raises."""


def choose() -> Manager:
    """The manager of this platform; AeaError where there is none that aea knows."""
    if sys.platform == "linux":
        from aea.service.systemd import Systemd

        return Systemd()
    if sys.platform == "darwin":
        from aea.service.launchd import Launchd

        return Launchd()
    if sys.platform == "win32":
        from aea.service.taskscheduler import TaskScheduler

        return TaskScheduler()
    raise AeaError(
        f"there is no service for {sys.platform} yet",
        "let your system start `aea daemon run` at login",
    )
