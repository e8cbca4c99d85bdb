"""64-bit keys: a natural identity becomes the integer key of a fact.

A key is the first 8 bytes of BLAKE2b as a signed integer, the widest that SQLite stores. Among a million rows, the
probability that any two identities collide is 3e-8.
"""

from __future__ import annotations

from hashlib import blake2b

_SEPARATOR = "\x1f"
_OWNER_BITS = 60


def key64(*parts: str | int | None) -> int:
    """Return the key of an identity made of `parts`. None and "" are equivalent."""
    joined = _SEPARATOR.join(["" if part is None else str(part) for part in parts])
    digest = blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def owner_rank(demotion: int, session_id: str) -> int:
    """Rank the sessions that hold copies of one record. The one with the smallest rank owns it.

    `demotion` (0 to 7) is 0 for a record in its own session and larger for a copy (a background fork, a replayed
    sidechain). Ties go to the smaller id: version 7 ids grow with time, so the earlier session wins. The rank depends
    on the record alone, so the order in which files are read does not change the owner.
    """
    digits = session_id.replace("-", "")[:15]
    try:
        number = int(digits, 16) if len(digits) == 15 else None
    except ValueError:
        number = None
    if number is None:
        number = key64(session_id) & ((1 << _OWNER_BITS) - 1)
    return (demotion << _OWNER_BITS) | number
