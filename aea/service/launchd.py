"""The service on macOS, as a launchd agent. Written to Apple's documentation; not yet run on a Mac."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from aea import paths
from aea.errors import AeaError
from aea.service import program
from aea.service.base import ServiceState

if TYPE_CHECKING:
    from pathlib import Path

LABEL = "io.aea.daemon"


class Launchd:
    """See aea.service.base.Manager."""

    def install(self) -> list[str]:
        """Write the agent and load it. An agent that is loaded is reloaded."""
        content, path = render(), agent_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        self.restart()
        return [f"Wrote: {path}", "The service is running and starts at every login."]

    def uninstall(self) -> list[str]:
        """Unload and remove the agent."""
        path = agent_path()
        if not path.exists():
            return ["The service is not installed."]
        _launchctl("bootout", f"{_domain()}/{LABEL}")
        path.unlink()
        return [f"Stopped and removed: {path}"]

    def start(self) -> None:
        """Load the agent."""
        if not agent_path().exists():
            raise AeaError("the service is not installed", "aea service install")
        done = _launchctl("bootstrap", _domain(), str(agent_path()))
        if done.returncode:
            raise AeaError(f"launchctl bootstrap failed: {done.stderr.strip()}", "aea service logs")

    def stop(self) -> None:
        """Unload the agent. While it is loaded, launchd would start it again."""
        _launchctl("bootout", f"{_domain()}/{LABEL}")

    def restart(self) -> None:
        """Unload and load the agent."""
        self.stop()
        self.start()

    def state(self) -> ServiceState:
        """Return the state that launchd reports."""
        path = agent_path()
        done = _launchctl("print", f"{_domain()}/{LABEL}")
        states = [line.strip() for line in done.stdout.splitlines() if "state =" in line]
        is_current = path.exists() and path.read_text() == render()
        return ServiceState(
            manager="launchd",
            path=str(path),
            is_installed=path.exists(),
            is_current=is_current,
            is_enabled=path.exists(),
            is_running="state = running" in states,
            detail=states[0] if states else "not loaded",
        )


def agent_path() -> Path:
    """Return the path of the agent."""
    return paths.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def render() -> str:
    """Render the agent for this installation."""
    template = (paths.shipped("packaging") / "launchd" / f"{LABEL}.plist").read_text()
    words = "".join(f"<string>{escape(word)}</string>" for word in program.command())
    settings = "".join(
        f"<key>{escape(name)}</key><string>{escape(value)}</string>"
        for name, value in program.environment().items()
    )
    return template.replace("@PROGRAM@", words).replace("@ENVIRONMENT@", settings)


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _launchctl(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["launchctl", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
