"""The repository behind a remote that is a path or a `file://` URL: clones of a local clone are the same repository."""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from urllib.parse import unquote

_FILE_URL = re.compile(r"file:(?://(?:localhost)?)?(?=/)", re.IGNORECASE)


class Place(NamedTuple):
    """Where the remote leads on this machine."""

    path: str  # absolute, links resolved
    is_there: bool  # a repository is at the path


def find_place(url: str, directory: str) -> Place | None:
    """Where a remote's URL leads, seen from the repository at `directory`; None for a file (a bundle) and for a network URL."""
    path = unquote(url[found.end() :]) if (found := _FILE_URL.match(url)) else url
    if "://" in path or "::" in path or not path:
        return None
    start = os.path.realpath(os.path.join(directory, os.path.expanduser(path)))
    for place in (start, f"{start}.git"):  # in git's order
        if is_repository(place):
            return Place(place, is_there=True)
    return None if os.path.exists(start) else Place(start.rstrip("/") or "/", is_there=False)


def is_repository(place: str) -> bool:
    """Return True if a work tree or a bare repository starts here."""
    return os.path.lexists(os.path.join(place, ".git")) or (
        os.path.isfile(os.path.join(place, "HEAD"))
        and os.path.isdir(os.path.join(place, "objects"))
    )
