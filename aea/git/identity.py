"""Whose clone it is: the addresses in git's configuration, as authors of commits have them after .mailmap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aea.git.command import attempt, text

if TYPE_CHECKING:
    from aea.git.discover import Repository

_MAPPED = re.compile(rb"(?:[^<>\n]* )?<([^<>\n]*)>\n")
_ADDRESS = re.compile(r"[^\s<>]{1,320}")


def read_clone_users(repository: Repository) -> dict[str, bool]:
    """Return the known addresses in lower case, and whether each is the user's own.

    Starts one git process for each address. One that is no single word is left out.
    """
    named = [(email, True) for email in repository.own_emails]
    named += [(email, False) for email in repository.other_emails]
    return {_mapped(repository, email): own for email, own in named if _ADDRESS.fullmatch(email)}


def _mapped(repository: Repository, email: str) -> str:
    place = repository.common_dir
    found = _MAPPED.fullmatch(attempt(["check-mailmap", f"<{email}>"], place, git_dir=place).stdout)
    return (text(found[1]) if found else email).lower()
