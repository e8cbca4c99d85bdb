"""The service of a systemd user session."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from aea import paths
from aea.errors import AeaError
from aea.service import program
from aea.service.base import State

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "aea.service"
_NO_EXECUTABLE = re.compile(r"[\"'\\$]")  # systemd takes no program with these in its path


class Systemd:
    """See aea.service.manager."""

    def install(self) -> list[str]:
        """Write the unit, enable it, start it or restart it."""
        content = render()
        self._reach()
        path = unit_path()
        is_new = not path.exists() or path.read_text() != content
        if is_new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        _run("daemon-reload")
        _run("enable", NAME)
        _run("restart", NAME)  # a running one may be of the version before
        done = [f"{'Wrote' if is_new else 'Unchanged'}: {path}", "Started; starts at every login."]
        return done + _linger_note()

    def uninstall(self) -> list[str]:
        """Stop, disable and remove the unit."""
        path = unit_path()
        if not path.exists():
            return ["No service is installed."]
        self._reach()
        _run("disable", "--now", NAME)
        path.unlink()
        _run("daemon-reload")
        _run("reset-failed", NAME, accept=(0, 1))
        return [f"Stopped and removed: {path}"]

    def start(self) -> None:
        """Start now."""
        self._need()
        _run("start", NAME)

    def stop(self) -> None:
        """Stop until the next login or start."""
        self._need()
        _run("stop", NAME)

    def restart(self) -> None:
        """Stop and start."""
        self._need()
        _run("restart", NAME)

    def state(self) -> State:
        """What systemd says."""
        path = unit_path()
        is_installed = path.exists()
        shown = _ask("show", NAME, "--property=ActiveState,SubState,StatusText,UnitFileState")
        fields = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
        words = (fields.get("ActiveState"), fields.get("SubState"), fields.get("StatusText"))
        return State(
            manager="systemd",
            path=str(path),
            is_installed=is_installed,
            is_current=is_installed and _is_current(path),
            is_enabled=fields.get("UnitFileState") == "enabled",
            is_running=fields.get("ActiveState") == "active",
            detail=", ".join(word for word in words if word) or "systemd does not answer",
        )

    def _need(self) -> None:
        if not unit_path().exists():
            raise AeaError("no service is installed", "run: aea service install")
        self._reach()

    def _reach(self) -> None:
        """AeaError, before anything is changed, when the user's systemd does not answer."""
        if not _ask("show-environment"):
            raise AeaError(
                "the systemd of this user cannot be reached: there is no user session here"
                " (a container, `su`, or ssh without lingering)",
                "log in to the machine itself, or let something else start: aea daemon run",
            )


def unit_path() -> Path:
    """Where the unit is."""
    config = os.environ.get("XDG_CONFIG_HOME") or paths.home() / ".config"
    return Path(config) / "systemd" / "user" / NAME


def render() -> str:
    """The unit for this installation."""
    template = (paths.shipped("packaging") / "systemd" / NAME).read_text()
    settings = [f"Environment={quoted(f'{k}={v}')}" for k, v in program.environment().items()]
    words = program.command()
    if _NO_EXECUTABLE.search(words[0]):
        words = ["/usr/bin/env", *words]  # as an argument it may have any name
    text = template.replace("@PROGRAM@", " ".join(quoted(word) for word in words))
    return text.replace("@ENVIRONMENT@", "\n".join(settings))


def quoted(word: str) -> str:
    """One word of a unit file: blanks, quotes, backslashes, % and $ stand for themselves."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    return f'"{text.replace("$", "$$") if "=" not in word else text}"'


def _is_current(path: Path) -> bool:
    try:
        return path.read_text() == render()
    except AeaError:
        return False


def _linger_note() -> list[str]:
    """A service of a user ends with the last session, unless the user lingers."""
    user = os.environ.get("USER") or str(os.getuid())
    try:
        done = _call(["loginctl", "show-user", user, "--property=Linger"])
    except OSError:
        return []
    if done.stdout.strip() != "Linger=no":
        return []
    return [
        "It runs while you are logged in. To let it run always: loginctl enable-linger " + user,
    ]


def _run(*arguments: str, accept: Sequence[int] = (0,)) -> None:
    done = _systemctl(arguments)
    if done.returncode not in accept:
        said = done.stderr.strip().splitlines()
        raise AeaError(
            f"systemctl --user {arguments[0]} failed: {said[0] if said else done.returncode}",
            "see: systemctl --user status aea, and: aea service logs",
        )


def _ask(*arguments: str) -> str:
    try:
        return _systemctl(arguments).stdout
    except AeaError:
        return ""


def _systemctl(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return _call(["systemctl", "--user", *arguments])
    except FileNotFoundError:
        raise AeaError(
            "there is no systemd here", "let your system start `aea daemon run` at login"
        ) from None


def _call(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
