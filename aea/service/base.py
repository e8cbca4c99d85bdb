"""The interface of a service manager, and the state it reports."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class State(NamedTuple):
    """The state of the service."""

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
        """The state of the service; never raises."""
