"""Input for attribution, written as texts."""

from __future__ import annotations

from typing import Any

from aea.lines import hash_lines, hash_numbers, text_lines
from aea.pipeline.attribution.model import (
    AddedLines,
    Claim,
    Hunk,
    MatchInput,
    Origin,
    Owner,
    Write,
)
from aea.pipeline.attribution.rules import match

ADA = Owner(1, None)
BOB = Owner(2, "agent")
HOUR = 3_600_000


def hashes(text: str) -> tuple[int, ...]:
    """The line hashes of a text."""
    return hash_numbers(hash_lines(text_lines(text)))


def numbers(first: int, text: str) -> tuple[int, ...]:
    """The line numbers of a text that starts at a line."""
    return tuple(range(first, first + len(text_lines(text))))


def write(
    key: int,
    added: str,
    removed: str = "",
    *,
    at: int = HOUR,
    line: int | None = None,
    **other: Any,
) -> Write:
    """A write; with `line`, its texts stood there."""
    return Write(
        change_key=key,
        owner=other.get("owner", ADA),
        occurred_at=at,
        file_id=other.get("file_id", 1),
        is_whole=other.get("is_whole", False),
        added=hashes(added),
        removed=hashes(removed),
        added_at=None if line is None else numbers(line, added),
        removed_at=None if line is None else numbers(line, removed),
        is_script=other.get("is_script", False),
    )


def origin(commit_id: int, text: str, owner: Owner | None, removed: str = "") -> Origin:
    """An earlier commit that added a text, all of it by one owner."""
    claim = Claim(owner, "run", 0.9, 99, 0) if owner else None
    lines = hashes(text)
    return Origin(commit_id, lines, (claim,) * len(lines), hashes(removed))


def commit(
    text: str, *writes: Write, first: int = 1, removed: str = "", **other: Any
) -> MatchInput:
    """A commit, two hours in, that added a text at a line; `writes` newest first."""
    earlier = other.get("earlier", [])
    ancestors = other.get("ancestors", set())
    return MatchInput(
        file_id=1,
        added=AddedLines(other.get("numbers") or numbers(first, text), hashes(text)),
        removed=hashes(removed),
        hunks=[Hunk(0, len(hashes(text)), hashes(removed))] if removed else [],
        kept=other.get("kept", {}),
        writes=list(writes),
        used=other.get("used", set()),
        written_until=2 * HOUR,
        fresh_from=other.get("fresh_from", 0),
        replaced=other.get("replaced", []),
        read_earlier=lambda: earlier,
        is_ancestor=lambda commit_id: commit_id in ancestors,
    )


def owners(case: MatchInput) -> dict[int, tuple[Owner, str]]:
    """Line number to (owner, stage)."""
    return {number: (claim.owner, claim.stage) for number, claim in match(case)}
