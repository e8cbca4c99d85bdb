"""Which pull or merge request a commit message names. No text is kept.

A number at the end of the subject is a squash's: of `Revert "Add tax (#12)" (#13)` it is 13. On GitLab `#12` is
an issue and `!12` a merge request.
"""

from __future__ import annotations

import re

_NUMBER = rb"([1-9]\d{0,8})"
_MERGE = re.compile(
    rb"Merge pull request #" + _NUMBER + rb"\b"  # GitHub, Bitbucket Server
    rb"|Merged in .* \(pull request #" + _NUMBER + rb"\)$"  # Bitbucket
    rb"|Merged PR " + _NUMBER + rb": "  # Azure DevOps
)
_SQUASH = re.compile(rb"\(([#!])" + _NUMBER + rb"\)$")
_GITLAB = re.compile(rb"^See merge request (?:[\w./-]+)?!" + _NUMBER + rb"[ \t]*\r?$", re.MULTILINE)


def pull_number(message: bytes, repository_key: str = "") -> int | None:
    """The number that a message names as its own; None when it names none."""
    subject, _, body = message.partition(b"\n")
    subject = subject.strip()
    if merged := _MERGE.match(subject):
        return int(next(number for number in merged.groups() if number))
    squashed = _SQUASH.search(subject)
    if squashed and (squashed[1] == b"!" or not _is_gitlab(repository_key)):
        return int(squashed[2])
    told = _GITLAB.findall(body)
    return int(told[-1]) if told else None


def _is_gitlab(repository_key: str) -> bool:
    """By its name: gitlab.com, gitlab.example.org."""
    return repository_key.startswith("git:gitlab.")
