"""Detect from a commit message that the commit fixes a bug. No text is stored."""

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


def parse_fix_evidence(message: bytes) -> str | None:
    """Return the strongest evidence in the message, or None. A revert is never a fix.

    conventional  the type of the subject is fix, bugfix or hotfix
    issue         "Fixes #12" and the like
    subject       a subject without a type has a word for it, and none that is about wording, tests or style
    body          a word such as fix, bug or broken is anywhere in the message: too weak for the default rule
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
