"""Callers that wait until what was written before they called can be read.

Where every change is told in order, a file made in the watched spool directory comes back as a hint: all
that was written before it has been told then. Elsewhere a look at every source says the same.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from aea import clock, paths

if TYPE_CHECKING:
    from aea.daemon.pending import Pending, Work
    from aea.daemon.server import Caller

_COOKIE_SECONDS = 0.05  # a hint takes about one millisecond


class _Waiter:
    def __init__(self, caller: Caller, deadline: float) -> None:
        self.caller = caller
        self.deadline = deadline
        self.cookie: str | None = None
        self.cookie_deadline = 0.0
        self.needs: set[Work] | None = None  # None: it is not known yet what was written


class Waiters:
    """All of them."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending
        self._waiting: list[_Waiter] = []
        self._made = 0

    def add(self, caller: Caller, deadline: float, *, by_cookie: bool) -> None:
        """One more; without a cookie, the next look tells what it needs."""
        waiter = _Waiter(caller, deadline)
        self._waiting.append(waiter)
        if by_cookie:
            self._made += 1
            waiter.cookie = str(paths.spool().with_name(f"sync-{os.getpid()}-{self._made}"))
            waiter.cookie_deadline = clock.monotonic() + _COOKIE_SECONDS
            with suppress(OSError):  # then it never comes back, and a look decides
                os.close(os.open(waiter.cookie, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))

    def is_cookie(self, path: str) -> bool:
        """Whether a hint is one of ours; then everything before it has been told."""
        if not os.path.basename(path).startswith("sync-"):
            return False
        for waiter in self._waiting:
            if waiter.cookie == path:
                self._is_told(waiter)
        return True

    def looked(self) -> None:
        """A look at every source has found all there was."""
        for waiter in self._waiting:
            if waiter.needs is None:
                self._is_told(waiter)

    def want_look(self) -> bool:
        """Whether somebody's cookie did not come back in time."""
        now = clock.monotonic()
        late = [w for w in self._waiting if w.cookie and now >= w.cookie_deadline]
        for waiter in late:
            self._drop_cookie(waiter)
        return bool(late)

    def done(self, works: list[Work]) -> None:
        """These were read."""
        for waiter in self._waiting:
            if waiter.needs:
                waiter.needs.difference_update(works)

    def answer(self, behind: str) -> None:
        """Tell those who have what they need, and those whose time is over, what is `behind`."""
        now = clock.monotonic()
        for waiter in list(self._waiting):
            is_served = waiter.needs is not None and not waiter.needs
            if is_served or now >= waiter.deadline:
                self._waiting.remove(waiter)
                self._drop_cookie(waiter)
                waiter.caller.answer("up-to-date" if is_served else behind)

    def deadlines(self) -> list[float]:
        """When somebody's time is over."""
        return [
            min(w.deadline, w.cookie_deadline) if w.cookie else w.deadline for w in self._waiting
        ]

    def close(self) -> None:
        """The daemon ends: nobody gets an answer."""
        for waiter in self._waiting:
            self._drop_cookie(waiter)
            waiter.caller.close()
        self._waiting.clear()

    def _is_told(self, waiter: _Waiter) -> None:
        self._drop_cookie(waiter)
        waiter.needs = self._pending.hurry(clock.monotonic())

    def _drop_cookie(self, waiter: _Waiter) -> None:
        if waiter.cookie:
            with suppress(OSError):
                os.unlink(waiter.cookie)
            waiter.cookie = None
