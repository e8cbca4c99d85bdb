"""Extract from a commit message which commit, or at least which subject, it reverts. No text is stored."""

from __future__ import annotations

import re

from aea.keys import key64

_TRAILER = re.compile(
    rb"\bThis reverts (?:commit|merge commit) ([0-9a-f]{7,64})\b"
    rb"|\breverting\s+changes made to ([0-9a-f]{40,64})\b"
)
_SUBJECT = re.compile(
    rb'(?:[Rr]evert(?:s|ed)?:? |(?:revert|Revert)(?:\([^)]*\))?!?: )"?(.+?)"?(?: \(#\d+\))?'
)
_REAPPLIED = re.compile(rb'Reapply (".+")(?: \(#\d+\))?')  # how git names the revert of a revert
_NUMBER = re.compile(rb" \(#\d+\)$")


def parse_subject_key(message: bytes) -> int | None:
    """Return a hash of the subject without its pull request number, or None without a subject."""
    subject = _NUMBER.sub(b"", message.partition(b"\n")[0].strip())
    return key64("subject", subject.hex()) if subject else None


def parse_reverted_shas(message: bytes) -> tuple[str, ...]:
    """Return the shas that the message says it reverts, at least seven hex digits each."""
    found = (match[1] or match[2] for match in _TRAILER.finditer(message))
    return tuple(dict.fromkeys(sha.decode("ascii") for sha in found))


def parse_reverted_subject_key(message: bytes) -> int | None:
    """Return the key of the subject that a subject such as `Revert "Add tax"` quotes.

    `Reapply "Add tax"` reverts `Revert "Add tax"`.
    """
    subject = message.partition(b"\n")[0].strip()
    if again := _REAPPLIED.fullmatch(subject):
        return parse_subject_key(b"Revert " + again[1])
    match = _SUBJECT.fullmatch(subject)
    return parse_subject_key(match[1]) if match else None


def is_revert(message: bytes) -> bool:
    """Return True if the message says that it reverts a commit."""
    return message[:7].lower() == b"revert " or bool(_TRAILER.search(message))
