"""The health of the daemon, as `aea status` shows it."""

from __future__ import annotations

import os
import time
from typing import Any, NamedTuple

from aea import __version__, clock

BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_CLOCK_STEP_MS = 5_000


class Trouble(NamedTuple):
    """A problem that exists now."""

    place: str  # database, backlog, clock, or the path of a repository or file
    text: str
    since_ms: int


class Health:
    """Collects the state of the daemon for its status document."""

    def __init__(self) -> None:
        self._started_ms = clock.now_ms()
        self._troubles: dict[str, Trouble] = {}
        self._failures = 0
        self._sleep_ms = _suspended_ms()
        self._clock_ms = _drift_ms()

    def report(self, place: str, text: str) -> bool:
        """Record a problem. Returns True if it is new."""
        known = self._troubles.get(place)
        if known is not None and known.text == text:
            return False
        since = known.since_ms if known else clock.now_ms()
        self._troubles[place] = Trouble(place, text, since)
        return True

    def clear(self, place: str) -> bool:
        """Remove a problem. Returns True if there was one."""
        return self._troubles.pop(place, None) is not None

    def troubles(self) -> list[Trouble]:
        """List the current problems."""
        return list(self._troubles.values())

    def record_failure(self) -> float:
        """Count a failed turn. Returns the seconds to back off before the next one."""
        self._failures += 1
        return BACK_OFF_SECONDS[min(self._failures, len(BACK_OFF_SECONDS)) - 1]

    def record_success(self) -> None:
        """Reset the back-off."""
        self._failures = 0

    def has_slept(self) -> bool:
        """Return True if the machine has been suspended since the last call."""
        before, self._sleep_ms = self._sleep_ms, _suspended_ms()
        return self._sleep_ms - before > 1_000

    def clock_step_ms(self) -> int:
        """Return by how much the clock was set since the last call; negative means back.

        Small corrections count as 0.
        """
        before, self._clock_ms = self._clock_ms, _drift_ms()
        step = self._clock_ms - before
        return step if abs(step) > _CLOCK_STEP_MS else 0

    def as_document(self) -> dict[str, Any]:
        """Return the current state of the process."""
        usage = os.times()
        return {
            "pid": os.getpid(),
            "version": __version__,
            "started_at_ms": self._started_ms,
            "cpu_seconds": round(usage.user + usage.system, 3),
            "children_cpu_seconds": round(usage.children_user + usage.children_system, 3),
            "memory_bytes": _memory_bytes(),
            "troubles": [trouble._asdict() for trouble in self.troubles()],
        }


def _suspended_ms() -> int:
    """Return how long the machine has been suspended since boot, or 0 if the system does not report it."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0
    awake = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - awake) // 1_000_000


def _drift_ms() -> int:
    """Return the difference between the wall clock and a steady clock that includes suspension."""
    steady = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return clock.now_ms() - time.clock_gettime_ns(steady) // 1_000_000


def _memory_bytes() -> int | None:
    """Return the current resident memory."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
