"""Which program a service starts, and the environment that it needs."""

from __future__ import annotations

import os
import sys

from aea.errors import AeaError

_CARRIED = (
    "PATH",  # git must be found
    "AEA_HOME",
    "CLAUDE_CONFIG_DIR",
    "CODEX_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)


def command() -> list[str]:
    """The interpreter of this installation with our package: no shim that an upgrade may move.

    AeaError in an environment that will be gone tomorrow (uvx, pipx run).
    """
    interpreter = os.path.abspath(sys.executable)
    reason = _temporary_reason(sys.prefix)
    if reason:
        raise AeaError(
            f"aea runs from {sys.prefix}, {reason}: a service would lose its program",
            "install it first: pipx install ai-engineering-analytics",
        )
    return [
        interpreter,
        "-P",
        "-m",
        "aea",
    ]  # -P: a folder called aea in the home is not the program


def _temporary_reason(prefix: str) -> str:
    parts = prefix.split(os.sep)
    cache = os.environ.get("UV_CACHE_DIR") or os.path.expanduser("~/.cache/uv")
    if prefix.startswith(f"{cache}{os.sep}") or "archive-v0" in parts:
        return "a cached environment of uvx"
    if "pipx" in parts and ".cache" in parts:
        return "a temporary environment of pipx run"
    return ""


def environment() -> dict[str, str]:
    """The settings of this shell that say where things are; none that could be a secret."""
    found = {name: os.environ[name] for name in _CARRIED if os.environ.get(name)}
    return {
        name: value
        for name, value in found.items()
        if name in {"PATH", "CLAUDE_CONFIG_DIR", "CODEX_HOME"} or os.path.isabs(value)
    }
