"""Find and store tokens. They are kept in the system's keyring, never in a file of ours, and never printed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from importlib import import_module
from shutil import which
from typing import TYPE_CHECKING, Any

from aea.errors import AeaError
from aea.forge.base import parse_host

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aea.forge.base import Forge

_SERVICE = "ai-engineering-analytics"
_COMMAND_SECONDS = 10


@dataclass(frozen=True)
class Token:
    """A secret and the name of the place where it was found."""

    value: str = field(repr=False)
    origin: str


def find_token(forge: Forge, host: str, environ: Mapping[str, str]) -> Token | None:
    """Return the token for a host from the environment, the keyring or the forge's own command."""
    for value, origin in _candidates(forge, host, environ):
        if stripped := value.strip():
            if not (stripped.isascii() and stripped.isprintable() and " " not in stripped):
                raise AeaError(
                    f"{origin} does not contain a valid token",
                    "a token consists of ASCII characters, without spaces",
                )
            return Token(stripped, origin)
    return None


def _candidates(forge: Forge, host: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The variables of other tools are meant for the public host, so no other host gets them."""
    if host == (parse_host(environ.get(forge.API_VARIABLE, "")) or forge.HOST):
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
    except Exception:  # a keyring that is locked or broken counts as empty: try the next place
        return ""


def _from_command(command: list[str], environ: Mapping[str, str]) -> str:
    """Run the command without token variables: it would print one of them for every host."""
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
        return ""
    return done.stdout if done.returncode == 0 else ""


def _library() -> Any:
    """Import the keyring library, which is an optional extra. Returns None without it."""
    try:
        return import_module("keyring")
    except ImportError:
        return None


def store_token(forge: Forge, host: str, value: str) -> None:
    """Store a token in the system's keyring. Raises AeaError if there is no secure one."""
    library = _library()
    if library is None:
        raise AeaError(
            "the keyring library is not installed, and aea does not write tokens to a file",
            f"pip install 'ai-engineering-analytics[keyring]', or set {forge.TOKEN_VARIABLE}",
        )
    if library.get_keyring().priority < 1:
        raise AeaError(
            "this system has no secure keyring",
            f"set {forge.TOKEN_VARIABLE}, or run: {forge.TOKEN_COMMAND[0]} auth login",
        )
    library.set_password(_SERVICE, host, value)


def delete_token(host: str) -> bool:
    """Delete the token of a host from the keyring. Returns True if there was one."""
    library = _library()
    if library is None or not _from_keyring(host):
        return False
    library.delete_password(_SERVICE, host)
    return True
