"""What a commit message says about reverting: which commit, or at least which subject. No text is kept."""

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
_REAPPLIED = re.compile(rb'Reapply "|Revert "Revert ')
_NUMBER = re.compile(rb" \(#\d+\)$")


def subject_key(message: bytes) -> int | None:
    """A hash of the subject without a pull request's number; None when there is no subject."""
    subject = _NUMBER.sub(b"", message.partition(b"\n")[0].strip())
    return key64("subject", subject.hex()) if subject else None


def reverted_shas(message: bytes) -> tuple[str, ...]:
    """The commits that the message says it reverts, as written: at least seven hex digits."""
    found = (match[1] or match[2] for match in _TRAILER.finditer(message))
    return tuple(dict.fromkeys(sha.decode("ascii") for sha in found))


def reverted_subject_key(message: bytes) -> int | None:
    """The key of the subject that a subject like `Revert "Add tax"` quotes."""
    subject = message.partition(b"\n")[0].strip()
    match = None if _REAPPLIED.match(subject) else _SUBJECT.fullmatch(subject)
    return subject_key(match[1]) if match else None


def is_revert(message: bytes) -> bool:
    """Whether the message says that it takes a commit back."""
    return message[:7].lower() == b"revert " or bool(_TRAILER.search(message))
