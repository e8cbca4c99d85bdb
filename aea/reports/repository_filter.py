"""The repository of a report: the one around the current directory, unless options name another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.paths import storable
from aea.store.write import repositories

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


def current_root() -> str | None:
    """The root of the work tree around the current directory; None outside a work tree."""
    try:
        return root_above(os.getcwd())
    except OSError:
        return None  # the current directory was deleted


def root_above(directory: str) -> str | None:
    """The root of the work tree around a directory."""
    here = os.path.realpath(directory)
    while not os.path.lexists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above
    return here if storable(here) == here else None


def choose(connection: Connection, named: str | None, *, all_projects: bool) -> str | None:
    """The key of the repository to report on; None for all."""
    if named:
        path = os.path.realpath(os.path.expanduser(named))
        holder = repositories.find_enclosing(connection, path) if os.path.isdir(path) else None
        return holder or repositories.find(connection, named)[1]
    if all_projects:
        return None
    root = current_root()
    if root is None:
        return None
    return repositories.find_enclosing(connection, root) or f"dir:{root}"
