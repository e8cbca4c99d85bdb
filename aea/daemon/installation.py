"""Detect that an upgrade has replaced the installed package under the running daemon."""

from __future__ import annotations

import os

import aea
from aea import paths

Fingerprint = tuple[tuple[int, int, int], ...]


def fingerprint() -> Fingerprint:
    """Return a value that changes when the package is replaced. It is empty while the package is missing."""
    package = os.path.dirname(os.path.abspath(aea.__file__))
    files = (os.path.join(package, "__init__.py"), str(paths.shipped("sql") / "event"))
    try:
        stats = [os.stat(file) for file in files]
    except OSError:
        return ()
    return tuple((found.st_mtime_ns, found.st_size, found.st_ino) for found in stats)
