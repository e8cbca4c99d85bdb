"""Choose the service manager of this platform."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from aea.errors import AeaError

if TYPE_CHECKING:
    from aea.service.base import Manager


def choose() -> Manager:
    """Return the service manager of this platform. Raises AeaError if there is none."""
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
        f"aea cannot install a service on {sys.platform}",
        "configure your system to start `aea daemon run` at login",
    )
