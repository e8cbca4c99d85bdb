"""The spool: notices that git hooks append and ingest takes away. A notice is only a hint."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from aea import paths

_RECORD = re.compile(
    rb"1\0([a-z][a-z-]*)[a-z.-]*\0"  # another manager may have renamed our script to `<hook>.legacy`
    rb"(/[^\0]*|[A-Za-z]:[^\0]*)\0([^\0]*)\0\n"
)
_END = b"\0\n"


class Notice(NamedTuple):
    """That a hook ran in a directory."""

    hook: str  # `hook` when called from git's configuration or from another hook
    directory: str
    git_dir: str  # GIT_DIR as the hook saw it, absolute or from `directory`; "" when not set


def parse_spool(chunk: bytes) -> tuple[list[Notice], int]:
    """The notices, and how many bytes they took with everything torn or foreign before their end."""
    notices = [
        Notice(hook.decode("ascii"), os.fsdecode(directory), os.fsdecode(git_dir))
        for hook, directory, git_dir in _RECORD.findall(chunk)
    ]
    end = chunk.rfind(_END)
    return notices, 0 if end < 0 else end + len(_END)


def make_spool() -> str:
    """The spool's path; the file is there, readable by its owner only."""
    path = str(paths.spool())
    for directory in (
        paths.data_dir(),
        os.path.dirname(path),
    ):  # each of them 0700, not the last only
        os.makedirs(directory, mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
    return path


def announce(directory: str) -> None:
    """A notice of our own: look at this directory, as a hook would say it."""
    place = os.fsencode(os.path.realpath(directory))
    with open(make_spool(), "ab") as file:
        file.write(b"1\0install\0" + place + b"\0\0\n")
