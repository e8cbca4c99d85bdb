"""A queue of sources to read: at once, or after a cool-down if the same source was just read."""

from __future__ import annotations

from typing import NamedTuple

MIN_COOL_DOWN_SECONDS = 0.02
MAX_COOL_DOWN_SECONDS = 2.0
_COOL_DOWN_FACTOR = 3  # a source that is written continuously takes at most a quarter of one core


class Work(NamedTuple):
    """One source to read."""

    kind: str  # session, repository, notices, figures
    place: str  # path of the file or root of the repository; empty for notices and figures


NOTICES = Work("notices", "")
FIGURES = Work("figures", "")  # rows that an earlier transaction left to be computed


class WorkQueue:
    """Work with its due time, in seconds of the monotonic clock.

    The first change of a source is due at once. Changes during its cool-down are merged into one piece of work,
    due when the cool-down ends. This is not a debounce: a source that changes continuously is read as well.
    """

    def __init__(self) -> None:
        self._due: dict[Work, float] = {}
        self._cool_downs: dict[Work, float] = {}

    def is_empty(self) -> bool:
        """Return True if nothing is waiting."""
        return not self._due

    def add(self, work: Work, now: float) -> None:
        """Add work, or do nothing if it is already waiting."""
        if work not in self._due:
            self._due[work] = max(now, self._cool_downs.get(work, now))

    def pop_due(self, now: float) -> Work | None:
        """Remove and return the work that has been due the longest, or None."""
        work = min(self._due, key=self._due.__getitem__, default=None)
        if work is None or self._due[work] > now:
            return None
        del self._due[work]
        return work

    def cool_down(self, work: Work, took_seconds: float, now: float) -> None:
        """Delay the next read of a source in proportion to the time the last one took."""
        wanted = max(MIN_COOL_DOWN_SECONDS, took_seconds * _COOL_DOWN_FACTOR)
        self._cool_downs[work] = now + min(MAX_COOL_DOWN_SECONDS, wanted)

    def postpone(self, work: Work, until: float) -> None:
        """Delay a source that could not be read."""
        self._cool_downs[work] = self._due[work] = until

    def expedite(self, now: float) -> set[Work]:
        """Make all work due now, except what was postponed. Returns that work."""
        for work, due in self._due.items():
            if due - now <= MAX_COOL_DOWN_SECONDS:
                self._due[work] = min(due, now)
        return {work for work, due in self._due.items() if due <= now}

    def next_due(self) -> float | None:
        """Return when the next piece of work is due."""
        return min(self._due.values(), default=None)

    def count(self, kind: str) -> int:
        """Return the number of waiting pieces of a kind."""
        return sum(work.kind == kind for work in self._due)

    def prune(self, now: float) -> None:
        """Forget expired cool-downs."""
        self._cool_downs = {work: until for work, until in self._cool_downs.items() if until > now}
