"""The spool: git hooks append notices and ingest reads them. A notice is only a hint."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from aea import paths

_RECORD = re.compile(
    rb"1\0([a-z][a-z-]*)[a-z.-]*\0"  # a hook manager may have renamed our script to `<hook>.legacy`
    rb"(/[^\0]*|[A-Za-z]:[^\0]*)\0([^\0]*)\0\n"
)
_END = b"\0\n"


class Notice(NamedTuple):
    """A hook ran in this directory."""

    hook: str  # `hook` if called from git's configuration or from another hook
    directory: str
    git_dir: str  # GIT_DIR of the hook, absolute or relative to `directory`; "" if not set


def parse_spool(chunk: bytes) -> tuple[list[Notice], int]:
    """Return the notices and the bytes consumed, including torn and foreign data between notices."""
    notices = [
        Notice(hook.decode("ascii"), os.fsdecode(directory), os.fsdecode(git_dir))
        for hook, directory, git_dir in _RECORD.findall(chunk)
    ]
    end = chunk.rfind(_END)
    return notices, 0 if end < 0 else end + len(_END)


def create_spool() -> str:
    """Create the spool if needed, readable by its owner only, and return its path."""
    path = str(paths.spool())
    # makedirs applies the mode to the last directory only
    for directory in (paths.data_dir(), os.path.dirname(path)):
        os.makedirs(directory, mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
    return path


def write_notice(directory: str) -> None:
    """Append a notice for a directory, as a hook would."""
    path = os.fsencode(os.path.realpath(directory))
    with open(create_spool(), "ab") as file:
        file.write(b"1\0install\0" + path + b"\0\0\n")
