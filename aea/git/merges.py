"""Extract the branch name from the message of a merge or squash, as git and the forges write it."""

from __future__ import annotations

import re

from aea.git.command import text

_NAME = rb"[^\s'\"~^:?*\[\\\x00-\x1f\x7f]{1,200}"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rb"Merge branch '(" + _NAME + rb")'(?: of \S+)?(?: into '?" + _NAME + rb"'?)?\.?",
        rb"Merge (?:remote-tracking branch|remote branch|remote) '[^\s'/]+/("
        + _NAME
        + rb")'(?: into '?"
        + _NAME
        + rb"'?)?",
        rb"Merge pull request #\d+ from [^\s/]+/(" + _NAME + rb")",  # GitHub
        rb"Merge pull request '.*' \([#!]\d+\) from (?:\S+:)?("
        + _NAME
        + rb") into "
        + _NAME,  # Gitea
        rb"Merge pull request \d+ from (" + _NAME + rb") into " + _NAME,  # Azure
        rb"Merged in (" + _NAME + rb") \(pull request #\d+\)",  # Bitbucket
    )
)
_BITBUCKET_SERVER = re.compile(
    rb"^Merge in \S+ from (" + _NAME + rb") to " + _NAME + rb"$", re.MULTILINE
)


def parse_merged_branch(message: bytes) -> str | None:
    """Return the short name of the merged branch, without its remote, or None."""
    subject, _, body = message.partition(b"\n")
    found = next((m for form in _FORMS if (m := form.fullmatch(subject.strip()))), None)
    if found is None and subject.startswith(b"Pull request #"):
        found = _BITBUCKET_SERVER.search(body)
    if found is None:
        return None
    return text(found[1].removeprefix(b"refs/heads/"))
