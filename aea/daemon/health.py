"""How the daemon is: what `aea status` shows of it."""

from __future__ import annotations

import os
import time
from typing import Any, NamedTuple

from aea import __version__, clock

BACK_OFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_CLOCK_STEP_MS = 5_000


class Trouble(NamedTuple):
    """Something that is wrong now."""

    place: str  # database, backlog, clock, a repository or a directory
    text: str
    since_ms: int


class Health:
    """Collected by the loop, told as one document."""

    def __init__(self) -> None:
        self._started_ms = clock.now_ms()
        self._troubles: dict[str, Trouble] = {}
        self._failures = 0
        self._sleep_ms = _suspended_ms()
        self._clock_ms = _drift_ms()

    def note(self, place: str, text: str) -> bool:
        """Something is wrong; True when that is news."""
        known = self._troubles.get(place)
        if known is not None and known.text == text:
            return False
        since = known.since_ms if known else clock.now_ms()
        self._troubles[place] = Trouble(place, text, since)
        return True

    def clear(self, place: str) -> bool:
        """It is right again; True when it was not."""
        return self._troubles.pop(place, None) is not None

    def troubles(self) -> list[Trouble]:
        """All that is wrong now."""
        return list(self._troubles.values())

    def failed(self) -> float:
        """A turn failed: seconds to wait before the next one."""
        self._failures += 1
        return BACK_OFF_SECONDS[min(self._failures, len(BACK_OFF_SECONDS)) - 1]

    def worked(self) -> None:
        """A turn went well."""
        self._failures = 0

    def woke_up(self) -> bool:
        """Whether the machine slept since the last call."""
        before, self._sleep_ms = self._sleep_ms, _suspended_ms()
        return self._sleep_ms - before > 1_000

    def clock_step_ms(self) -> int:
        """By how much the clock was set since the last call, negative for back; 0 for a few seconds."""
        before, self._clock_ms = self._clock_ms, _drift_ms()
        step = self._clock_ms - before
        return step if abs(step) > _CLOCK_STEP_MS else 0

    def as_document(self) -> dict[str, Any]:
        """The process as it is now."""
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
    """How long this machine has slept since it started; 0 where the system does not say."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0
    awake = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return (time.clock_gettime_ns(time.CLOCK_BOOTTIME) - awake) // 1_000_000


def _drift_ms() -> int:
    """The distance of the wall clock from one that never jumps and counts sleep."""
    steady = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return clock.now_ms() - time.clock_gettime_ns(steady) // 1_000_000


def _memory_bytes() -> int | None:
    """Resident memory now."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
