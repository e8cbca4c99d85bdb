"""Extract the number of a pull or merge request from a commit message. No text is stored.

A number at the end of the subject is that of a squash: `Revert "Add tax (#12)" (#13)` names 13. On GitLab, `#12`
is an issue and `!12` a merge request.
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


def parse_pull_number(message: bytes, repository_key: str = "") -> int | None:
    """Return the number of the commit's own pull request, or None."""
    subject, _, body = message.partition(b"\n")
    subject = subject.strip()
    if merged := _MERGE.match(subject):
        return int(next(number for number in merged.groups() if number))
    squashed = _SQUASH.search(subject)
    if squashed and (squashed[1] == b"!" or not _is_gitlab(repository_key)):
        return int(squashed[2])
    numbers = _GITLAB.findall(body)
    return int(numbers[-1]) if numbers else None


def _is_gitlab(repository_key: str) -> bool:
    """Recognize gitlab.com and gitlab.example.org by name."""
    return repository_key.startswith("git:gitlab.")
