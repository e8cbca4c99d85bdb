"""Whether the program on disk is still the one that runs: an upgrade replaces it under the daemon."""

from __future__ import annotations

import os

import aea
from aea import paths

Fingerprint = tuple[tuple[int, int, int], ...]


def fingerprint() -> Fingerprint:
    """Changes when the package is replaced; empty when it is gone."""
    package = os.path.dirname(os.path.abspath(aea.__file__))
    places = (os.path.join(package, "__init__.py"), str(paths.shipped("sql") / "event"))
    try:
        stats = [os.stat(place) for place in places]
    except OSError:
        return ()
    return tuple((found.st_mtime_ns, found.st_size, found.st_ino) for found in stats)
