"""The command and the environment of the service."""

from __future__ import annotations

import os
import sys

from aea.errors import AeaError

_CARRIED = (
    "PATH",  # to find git
    "AEA_HOME",
    "CLAUDE_CONFIG_DIR",
    "CODEX_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)


def command() -> list[str]:
    """Return the command: this installation's interpreter, not a script that an upgrade may move.

    Raises AeaError in a temporary environment (uvx, pipx run).
    """
    interpreter = os.path.abspath(sys.executable)
    reason = _temporary_reason(sys.prefix)
    if reason:
        raise AeaError(
            f"cannot install a service from {sys.prefix}: it is {reason} and will be deleted",
            "install it first: pipx install ai-engineering-analytics",
        )
    # -P: do not import a directory named aea from the working directory
    return [interpreter, "-P", "-m", "aea"]


def _temporary_reason(prefix: str) -> str:
    parts = prefix.split(os.sep)
    cache = os.environ.get("UV_CACHE_DIR") or os.path.expanduser("~/.cache/uv")
    if prefix.startswith(f"{cache}{os.sep}") or "archive-v0" in parts:
        return "a cached environment of uvx"
    if "pipx" in parts and ".cache" in parts:
        return "a temporary environment of pipx run"
    return ""


def environment() -> dict[str, str]:
    """Return the variables of this shell that set locations. None of them can be a secret."""
    found = {name: os.environ[name] for name in _CARRIED if os.environ.get(name)}
    return {
        name: value
        for name, value in found.items()
        if name in {"PATH", "CLAUDE_CONFIG_DIR", "CODEX_HOME"} or os.path.isabs(value)
    }
