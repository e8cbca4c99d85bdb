"""The lines that differ between two texts, and the text after a replacement."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from aea.sources.patch import extend_runs

if TYPE_CHECKING:
    from aea.sources.patch import Run

_DIFF_LIMIT = 2_000  # lines per side; a longer diff takes seconds


class Change(NamedTuple):
    """The lines that a write added and removed. Positions are None if they are not known."""

    added: list[bytes]
    removed: list[bytes]
    added_runs: list[Run] | None
    removed_runs: list[Run] | None


def change(old: list[bytes], new: list[bytes]) -> Change:
    """Compare two texts; of a very long difference, the lines are found without their positions."""
    start, end = _equal_ends(old, new)
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if before and after and max(len(before), len(after)) > _DIFF_LIMIT:
        return Change(_without(after, before), _without(before, after), None, None)
    added_runs: list[Run] = []
    removed_runs: list[Run] = []
    found = Change([], [], added_runs, removed_runs)
    for i1, i2, j1, j2 in _differences(before, after):
        found.removed.extend(before[i1:i2])
        found.added.extend(after[j1:j2])
        for number in range(i1, i2):
            extend_runs(removed_runs, start + number + 1)
        for number in range(j1, j2):
            extend_runs(added_runs, start + number + 1)
    return found


def line_diff(old: list[bytes], new: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Return (lines only in `old`, lines only in `new`), in order; of a very long difference, all its lines."""
    start, end = _equal_ends(old, new)
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    if not before or not after or max(len(before), len(after)) > _DIFF_LIMIT:
        return before, after
    found = change(before, after)
    return found.removed, found.added


def replaced(text: str, old: str, new: str, *, every: bool) -> str | None:
    """Return the text after a replacement as the Edit tool makes it; None if it does not hold `old`."""
    if not old:
        return None if text else new
    if old not in text:
        return None
    if not new and not old.endswith("\n") and f"{old}\n" in text:
        old = f"{old}\n"  # a removed line takes its line feed along
    return text.replace(old, new) if every else text.replace(old, new, 1)


def _equal_ends(old: list[bytes], new: list[bytes]) -> tuple[int, int]:
    start, end = 0, 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _differences(before: list[bytes], after: list[bytes]) -> list[tuple[int, int, int, int]]:
    if not before or not after:
        return [(0, len(before), 0, len(after))]
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [places for tag, *places in codes if tag != "equal"]  # type: ignore[misc]


def _without(lines: list[bytes], others: list[bytes]) -> list[bytes]:
    """Return the lines without as many equal ones as there are among the others, in order."""
    left, found = Counter(others), []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            found.append(line)
    return found
