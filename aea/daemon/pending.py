"""What is to be looked at, and when: at once, unless the same thing was read a moment ago."""

from __future__ import annotations

from typing import NamedTuple

LEAST_REST_SECONDS = 0.02
MOST_REST_SECONDS = 2.0
_REST_FACTOR = 3  # a source that is written without end may take a quarter of one core


class Work(NamedTuple):
    """One thing to look at."""

    kind: str  # session, repository, notices
    place: str  # path of the file, root of the repository; empty for the notices


NOTICES = Work("notices", "")


class Pending:
    """Work with its due time, in seconds of the monotonic clock.

    The first hint is due at once. Hints that come while its source rests are one piece of work, due when
    the rest ends: there is no waiting for silence, so a source that never falls silent is read as well.
    """

    def __init__(self) -> None:
        self._due: dict[Work, float] = {}
        self._rests: dict[Work, float] = {}

    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self._due

    def add(self, work: Work, now: float) -> None:
        """A hint: look at it."""
        if work not in self._due:
            self._due[work] = max(now, self._rests.get(work, now))

    def take(self, now: float) -> Work | None:
        """The piece of work that has been due for the longest time."""
        work = min(self._due, key=self._due.__getitem__, default=None)
        if work is None or self._due[work] > now:
            return None
        del self._due[work]
        return work

    def rest(self, work: Work, took_seconds: float, now: float) -> None:
        """It was read: the next look at it waits for some times what this one took."""
        rest = min(MOST_REST_SECONDS, max(LEAST_REST_SECONDS, took_seconds * _REST_FACTOR))
        self._rests[work] = now + rest

    def postpone(self, work: Work, until: float) -> None:
        """It could not be read: not again before that time."""
        self._rests[work] = self._due[work] = until

    def hurry(self, now: float) -> set[Work]:
        """Somebody waits: all that is not postponed is due now. Returns it."""
        for work, due in self._due.items():
            if due - now <= MOST_REST_SECONDS:
                self._due[work] = min(due, now)
        return {work for work, due in self._due.items() if due <= now}

    def next_due(self) -> float | None:
        """When the next piece of work is due."""
        return min(self._due.values(), default=None)

    def count(self, kind: str) -> int:
        """How many pieces of a kind wait."""
        return sum(work.kind == kind for work in self._due)

    def prune(self, now: float) -> None:
        """Forget rests that are over."""
        self._rests = {work: until for work, until in self._rests.items() if until > now}
