"""What time it is. The only module that asks the operating system."""

from __future__ import annotations

import os
import time


def now_ms() -> int:
    """UTC milliseconds since 1970. `AEA_NOW_MS` fixes it, for tests and for `aea demo`."""
    fixed = os.environ.get("AEA_NOW_MS")
    return int(fixed) if fixed else time.time_ns() // 1_000_000


def monotonic() -> float:
    """Seconds on a clock that never goes back: for budgets, never for records."""
    return time.monotonic()
