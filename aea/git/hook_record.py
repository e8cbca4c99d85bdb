"""The repositories in which hooks were installed, for `aea uninstall` without a database."""

from __future__ import annotations

import os

from aea import paths


def remember(directory: str) -> None:
    """Add a directory to the record, which ends each path with a NUL."""
    path = os.fsencode(os.path.realpath(directory)) + b"\0"
    paths.data_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(paths.hook_record(), os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
    with open(handle, "r+b") as file:
        if path not in file.read():
            file.write(path)


def list_remembered() -> list[str]:
    """List the directories; none if there is no record."""
    try:
        content = paths.hook_record().read_bytes()
    except OSError:
        return []
    return [os.fsdecode(path) for path in content.split(b"\0")[:-1]]
