"""Sessions that exist and are not read, for `aea status` and `aea doctor`. It looks at names and permissions only."""

from __future__ import annotations

import os
from typing import NamedTuple

from aea import paths
from aea.sources import tree
from aea.sources.registry import SOURCES


class UnreadSession(NamedTuple):
    """A file or directory below a provider's root that is not read."""

    provider: str
    path: str
    reason: str


def list_unread() -> list[UnreadSession]:
    """Everything below the roots that looks like sessions and is not read, by provider and path."""
    found = {
        UnreadSession(source.NAME, paths.storable(unread.path), unread.reason)
        for source in SOURCES
        for root in source.roots(paths.home(), dict(os.environ))
        for unread in tree.list_unread(str(root), source.is_session, source.OTHER_FOLDERS)
    }
    return sorted(found)
