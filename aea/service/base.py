"""The interface of a service manager."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class ServiceState(NamedTuple):
    """The state of the service."""

    manager: str  # systemd, launchd, Task Scheduler
    path: str  # of the unit or the agent
    is_installed: bool
    is_current: bool  # identical to what this version would install
    is_enabled: bool  # starts at login
    is_running: bool
    detail: str  # the manager's own words


class Manager(Protocol):
    """A service manager. Every method but `state` raises AeaError if the manager cannot be reached."""

    def install(self) -> list[str]:
        """Write, enable and start the service; also after an upgrade. Returns a line for each step."""

    def uninstall(self) -> list[str]:
        """Stop, disable and remove the service. The data stays."""

    def start(self) -> None:
        """Start the service."""

    def stop(self) -> None:
        """Stop the service until the next login or start."""

    def restart(self) -> None:
        """Restart the service."""

    def state(self) -> ServiceState:
        """Return the state of the service. Never raises."""
