"""The service on Linux, as a systemd user unit."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from aea import paths
from aea.errors import AeaError
from aea.service import program
from aea.service.base import ServiceState

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "aea.service"
_NO_EXECUTABLE = re.compile(r"[\"'\\$]")  # not allowed in the path of a program


class Systemd:
    """See aea.service.base.Manager."""

    def install(self) -> list[str]:
        """Write the unit, enable it, and start or restart it."""
        content = render()
        self._require_user_session()
        path = unit_path()
        is_new = not path.exists() or path.read_text() != content
        if is_new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        _run("daemon-reload")
        _run("enable", NAME)
        _run("restart", NAME)  # the running service may be an older version
        done = [f"{'Wrote' if is_new else 'Unchanged'}: {path}"]
        done.append("The service is running and starts at every login.")
        return done + _linger_note()

    def uninstall(self) -> list[str]:
        """Stop, disable and remove the unit."""
        path = unit_path()
        if not path.exists():
            return ["The service is not installed."]
        self._require_user_session()
        _run("disable", "--now", NAME)
        path.unlink()
        _run("daemon-reload")
        _run("reset-failed", NAME, accept=(0, 1))
        return [f"Stopped and removed: {path}"]

    def start(self) -> None:
        """Start the service."""
        self._require_unit()
        _run("start", NAME)

    def stop(self) -> None:
        """Stop until the next login or start."""
        self._require_unit()
        _run("stop", NAME)

    def restart(self) -> None:
        """Restart the service."""
        self._require_unit()
        _run("restart", NAME)

    def state(self) -> ServiceState:
        """Return the state that systemd reports."""
        path = unit_path()
        is_installed = path.exists()
        output = _output("show", NAME, "--property=ActiveState,SubState,StatusText,UnitFileState")
        fields = dict(line.split("=", 1) for line in output.splitlines() if "=" in line)
        words = (fields.get("ActiveState"), fields.get("SubState"), fields.get("StatusText"))
        return ServiceState(
            manager="systemd",
            path=str(path),
            is_installed=is_installed,
            is_current=is_installed and _is_current(path),
            is_enabled=fields.get("UnitFileState") == "enabled",
            is_running=fields.get("ActiveState") == "active",
            detail=", ".join(word for word in words if word) or "systemd does not respond",
        )

    def _require_unit(self) -> None:
        if not unit_path().exists():
            raise AeaError("the service is not installed", "aea service install")
        self._require_user_session()

    def _require_user_session(self) -> None:
        """Raise AeaError, before anything is changed, if the user's systemd cannot be reached."""
        if not _output("show-environment"):
            raise AeaError(
                "cannot reach the systemd instance of this user: there is no user session"
                " (as in a container, after `su`, or over ssh without lingering)",
                "log in on the machine itself, or start `aea daemon run` in another way",
            )


def unit_path() -> Path:
    """Return the path of the unit."""
    config = os.environ.get("XDG_CONFIG_HOME") or paths.home() / ".config"
    return Path(config) / "systemd" / "user" / NAME


def render() -> str:
    """Render the unit for this installation."""
    template = (paths.shipped("packaging") / "systemd" / NAME).read_text()
    settings = [f"Environment={quoted(f'{k}={v}')}" for k, v in program.environment().items()]
    words = program.command()
    if _NO_EXECUTABLE.search(words[0]):
        words = ["/usr/bin/env", *words]  # an argument may contain any character
    text = template.replace("@PROGRAM@", " ".join(quoted(word) for word in words))
    return text.replace("@ENVIRONMENT@", "\n".join(settings))


def quoted(word: str) -> str:
    """Quote one word of a unit file, so that blanks, quotes, backslashes, % and $ are literal."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    return f'"{text.replace("$", "$$") if "=" not in word else text}"'


def _is_current(path: Path) -> bool:
    try:
        return path.read_text() == render()
    except AeaError:
        return False


def _linger_note() -> list[str]:
    """Without lingering, a user service stops when the last session of the user ends."""
    user = os.environ.get("USER") or str(os.getuid())
    try:
        done = _call(["loginctl", "show-user", user, "--property=Linger"])
    except OSError:
        return []
    if done.stdout.strip() != "Linger=no":
        return []
    return [
        "It stops when you log out. To keep it running: loginctl enable-linger " + user,
    ]


def _run(*arguments: str, accept: Sequence[int] = (0,)) -> None:
    done = _systemctl(arguments)
    if done.returncode not in accept:
        errors = done.stderr.strip().splitlines()
        raise AeaError(
            f"systemctl --user {arguments[0]} failed: {errors[0] if errors else done.returncode}",
            "systemctl --user status aea, or aea service logs",
        )


def _output(*arguments: str) -> str:
    try:
        return _systemctl(arguments).stdout
    except AeaError:
        return ""


def _systemctl(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return _call(["systemctl", "--user", *arguments])
    except FileNotFoundError:
        raise AeaError(
            "systemd is not installed", "configure your system to start `aea daemon run` at login"
        ) from None


def _call(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
