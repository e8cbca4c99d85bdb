"""Callers that wait until everything written before their request has been read.

Where changes are reported in order, a cookie file is created in the watched spool directory. When it is
reported, everything written before it has been reported too. Elsewhere a scan of all sources decides.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from aea import clock, paths
from aea.daemon.work_queue import FIGURES

if TYPE_CHECKING:
    from aea.daemon.server import Caller
    from aea.daemon.work_queue import Work, WorkQueue

_COOKIE_SECONDS = 0.05  # a change is reported within about one millisecond


class _Waiter:
    def __init__(self, caller: Caller, deadline: float) -> None:
        self.caller = caller
        self.deadline = deadline
        self.cookie: str | None = None
        self.cookie_deadline = 0.0
        self.needs: set[Work] | None = None  # None: not yet known


class SyncRequests:
    """All waiting callers."""

    def __init__(self, queue: WorkQueue) -> None:
        self._queue = queue
        self._waiting: list[_Waiter] = []
        self._cookie_count = 0

    def add(self, caller: Caller, deadline: float, *, by_cookie: bool) -> None:
        """Add a caller. Without a cookie, the next scan determines what it needs."""
        waiter = _Waiter(caller, deadline)
        self._waiting.append(waiter)
        if by_cookie:
            self._cookie_count += 1
            waiter.cookie = str(paths.spool().with_name(f"sync-{os.getpid()}-{self._cookie_count}"))
            waiter.cookie_deadline = clock.monotonic() + _COOKIE_SECONDS
            with suppress(OSError):  # the cookie is never reported, and a scan decides
                os.close(os.open(waiter.cookie, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))

    def is_cookie(self, path: str) -> bool:
        """Return True if a changed path is a cookie: everything before it has been reported."""
        if not os.path.basename(path).startswith("sync-"):
            return False
        for waiter in self._waiting:
            if waiter.cookie == path:
                self._set_needs(waiter)
        return True

    def scanned(self) -> None:
        """A scan of all sources has completed."""
        for waiter in self._waiting:
            if waiter.needs is None:
                self._set_needs(waiter)

    def need_scan(self) -> bool:
        """Return True if a cookie was not reported in time."""
        now = clock.monotonic()
        late = [w for w in self._waiting if w.cookie and now >= w.cookie_deadline]
        for waiter in late:
            self._drop_cookie(waiter)
        return bool(late)

    def done(self, works: list[Work]) -> None:
        """Remove completed work from what the callers need."""
        for waiter in self._waiting:
            if waiter.needs:
                waiter.needs.difference_update(works)

    def answer(self, behind: str) -> None:
        """Answer the callers that are served, and with `behind` those whose time is up."""
        now = clock.monotonic()
        is_computing = self._queue.count(FIGURES.kind) > 0
        for waiter in list(self._waiting):
            is_served = waiter.needs is not None and not waiter.needs and not is_computing
            if is_served or now >= waiter.deadline:
                self._waiting.remove(waiter)
                self._drop_cookie(waiter)
                waiter.caller.answer("up-to-date" if is_served else behind)

    def deadlines(self) -> list[float]:
        """Return the times at which a caller's time is up."""
        return [
            min(w.deadline, w.cookie_deadline) if w.cookie else w.deadline for w in self._waiting
        ]

    def close(self) -> None:
        """Close all connections without an answer."""
        for waiter in self._waiting:
            self._drop_cookie(waiter)
            waiter.caller.close()
        self._waiting.clear()

    def _set_needs(self, waiter: _Waiter) -> None:
        self._drop_cookie(waiter)
        waiter.needs = self._queue.expedite(clock.monotonic())

    def _drop_cookie(self, waiter: _Waiter) -> None:
        if waiter.cookie:
            with suppress(OSError):
                os.unlink(waiter.cookie)
            waiter.cookie = None
