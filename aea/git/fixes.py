"""Whether a commit message says that it mends a bug, and where it says so. No text is kept."""

from __future__ import annotations

import re

from aea.git import reverts

_CONVENTIONAL = re.compile(rb"(?i)([a-z]+)(?:\([^)]*\))?!?: ")
_FIX_TYPES = (b"fix", b"bugfix", b"hotfix")
_SUBJECT = re.compile(
    rb"(?i)\b(?:fix(?:es|ed|ing)?|bugs?|bugfix(?:es)?|hotfix(?:es)?|regressions?)\b"
)
_NO_BUG = re.compile(
    rb"(?i)\b(?:typos?|spelling|lint(?:er|ing)?|format(?:ting)?|white ?space|comments?|docs?|docstrings?"
    rb"|readme|changelog|imports?|warnings?|ci|tests?)\b"
)
_ISSUE = re.compile(
    rb"(?im)\bfix(?:es|ed)?:?\s+(?:[\w.-]+/[\w.-]+)?(?:#\d+|[A-Z][A-Z0-9]+-\d+|https?://\S+/issues/\d+)"
)
_BODY = re.compile(
    rb"(?i)\b(?:fix|fixes|fixed|bug|bugs|hotfix|hotfixes|patch|patches|broken|regression|regressions)\b"
)


def fix_evidence(message: bytes) -> str | None:
    """Where the message says it, the strongest of these; None: nowhere, or the message is a revert.

    conventional  the subject's type is fix, bugfix or hotfix
    issue         "Fixes #12" and the like
    subject       a subject without a type has a word for it, and none that says it is about words, tests or style
    body          a word for a bug is somewhere in the message: too weak for the default rule
    """
    if reverts.is_revert(message):
        return None
    subject = message.partition(b"\n")[0]
    kind = _CONVENTIONAL.match(subject)
    if kind and kind[1].lower() in _FIX_TYPES:
        return "conventional"
    if _ISSUE.search(message):
        return "issue"
    if not kind and _SUBJECT.search(subject) and not _NO_BUG.search(subject):
        return "subject"
    return "body" if _BODY.search(message) else None
