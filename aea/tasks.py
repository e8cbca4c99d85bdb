"""Which task a branch name states."""

from __future__ import annotations

import re

_KEY = re.compile(r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]+-[0-9]+)(?![A-Za-z0-9])")


def task_key(branch_name: str) -> str | None:
    """The first key such as ABC-12 in a branch name; lower case is no key (release-2, utf-8)."""
    found = _KEY.search(branch_name)
    return found.group(1) if found else None
