"""The clock. Only this module reads the time from the operating system."""

from __future__ import annotations

import os
import time


def now_ms() -> int:
    """Return UTC milliseconds since 1970. `AEA_NOW_MS` overrides it, for tests and `aea demo`."""
    fixed = os.environ.get("AEA_NOW_MS")
    return int(fixed) if fixed else time.time_ns() // 1_000_000


def monotonic() -> float:
    """Return the seconds of a clock that never goes back, for time budgets only."""
    return time.monotonic()
