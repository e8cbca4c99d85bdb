"""Tokens: where one is found, and the system's keyring. Never in a file of ours, never printed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from importlib import import_module
from shutil import which
from typing import TYPE_CHECKING, Any

from aea.errors import AeaError
from aea.forge.base import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aea.forge.base import Forge

_SERVICE = "ai-engineering-analytics"
_COMMAND_SECONDS = 10


@dataclass(frozen=True)
class Token:
    """A secret and the place where it was found."""

    value: str = field(repr=False)
    origin: str


def find_token(forge: Forge, host: str, environ: Mapping[str, str]) -> Token | None:
    """The token for a host: from the environment, the keyring, or the forge's own command."""
    for value, origin in _candidates(forge, host, environ):
        if stripped := value.strip():
            if not (stripped.isascii() and stripped.isprintable() and " " not in stripped):
                raise AeaError(f"{origin} holds no token", "a token is one word of ASCII letters")
            return Token(stripped, origin)
    return None


def _candidates(forge: Forge, host: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The variables of other tools are meant for the public host: no other gets them."""
    if host == (host_of(environ.get(forge.API_VARIABLE, "")) or forge.HOST):
        yield environ.get(forge.TOKEN_VARIABLE, ""), forge.TOKEN_VARIABLE
    if host == forge.HOST:
        for variable in forge.PUBLIC_VARIABLES:
            yield environ.get(variable, ""), variable
    yield _from_keyring(host), "the keyring"
    command = " ".join(forge.TOKEN_COMMAND[:-1])
    yield _from_command([*forge.TOKEN_COMMAND, host], environ), command


def _from_keyring(host: str) -> str:
    library = _library()
    if library is None:
        return ""
    try:
        return library.get_password(_SERVICE, host) or ""
    except Exception:  # of any backend: locked or broken is as good as empty, others are asked next
        return ""


def _from_command(command: list[str], environ: Mapping[str, str]) -> str:
    """What it has for that host; from a variable it would print the same token for every host."""
    if which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(
            command,
            env={key: value for key, value in environ.items() if not key.endswith("_TOKEN")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""  # no answer is no token
    return done.stdout if done.returncode == 0 else ""


def _library() -> Any:
    """The keyring library, an extra; None without it."""
    try:
        return import_module("keyring")
    except ImportError:
        return None


def store_token(forge: Forge, host: str, value: str) -> None:
    """Put a token into the system's keyring; AeaError where there is none that is safe."""
    library = _library()
    if library is None:
        raise AeaError(
            "the keyring library is not installed, and aea writes no token into a file",
            f"pip install 'ai-engineering-analytics[keyring]', or set {forge.TOKEN_VARIABLE}",
        )
    if library.get_keyring().priority < 1:
        raise AeaError(
            "this system has no keyring that keeps a token safe",
            f"set {forge.TOKEN_VARIABLE}, or use: {forge.TOKEN_COMMAND[0]} auth login",
        )
    library.set_password(_SERVICE, host, value)


def forget_token(host: str) -> bool:
    """Take the token of a host out of the keyring; whether there was one."""
    library = _library()
    if library is None or not _from_keyring(host):
        return False
    library.delete_password(_SERVICE, host)
    return True
