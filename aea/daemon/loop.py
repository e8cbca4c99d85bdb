"""The daemon's loop: hints in, work done, callers answered. One thread; every wait is in one place.

A hint makes work, work is reading on from a cursor. Every minute, at start, after lost events and after
sleep, one look at every source finds what no hint told.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
from typing import TYPE_CHECKING

from aea import clock, paths
from aea.daemon import backlog, notify, program
from aea.daemon.backlog import Backlog
from aea.daemon.health import Health
from aea.daemon.hints import Hints
from aea.daemon.pending import NOTICES, Pending, Work
from aea.daemon.places import Places
from aea.daemon.reading import Reading
from aea.daemon.server import Server
from aea.daemon.waiters import Waiters
from aea.daemon.watch import make_watcher
from aea.git.spool import create_spool

if TYPE_CHECKING:
    from aea.daemon.server import Caller

LOOK_SECONDS = 60.0
_LOOK_FACTOR = 2_500  # a long look comes less often: all looks take at most 0.04 % of one core
_SCAN_SECONDS = 2.0  # where nothing can be watched
_SCAN_FACTOR = 50  # but at most a fiftieth of one core
_PULSE_SECONDS = 10.0  # how soon a sleep of the machine is noticed
_BACKLOG_POLL_SECONDS = 0.05
_SETTLE_SECONDS = 5.0
_log = logging.getLogger("aea.daemon")


class Loop:
    """One daemon. `run` returns the exit code."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._hints = Hints()
        self._selector.register(self._hints, selectors.EVENT_READ, None)
        self._watcher = make_watcher(self._hints)
        self._places = Places(self._watcher)
        self._pending = Pending()
        self._health = Health()
        self._backlog = Backlog()
        self._reading = Reading(self._pending, self._health, self._places)
        self._server = Server(self._selector, self._on_request)
        self._waiters = Waiters(self._pending)
        self._program = self._program_seen = program.fingerprint()
        self._paused = False
        self._stopping = False
        self._look_at = 0.0
        self._look_was = -LOOK_SECONDS
        self._look_took = 0.0
        self._backlog_at = 0.0
        self._settle_at: float | None = None
        self._pulse_at = 0.0
        self._clock_shown_until = 0.0
        self._state = ""

    @property
    def socket_path(self) -> str:
        """Where callers are answered."""
        return self._server.path

    def stop(self) -> None:
        """End after the current turn."""
        self._stopping = True

    def wake_on(self, handle: int) -> None:
        """End the wait when there is something to read, which is thrown away."""
        self._selector.register(handle, selectors.EVENT_READ, lambda: os.read(handle, 64))

    def run(self) -> bool:
        """Work until stopped. True: the program on disk is another one now and should take over."""
        create_spool()
        self._places.refresh(None)
        notify.notify("READY=1", f"STATUS=looking at everything, pid {os.getpid()}")
        is_outdated = False
        while not self._stopping and not is_outdated:
            self._turn()
            is_outdated = self._pulse()
        notify.notify("STOPPING=1")
        self._close()
        return is_outdated

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._idle_seconds()):
            if key.data is not None:
                key.data()
        self._take_hints()
        if self._waiters.want_look():
            self._look_at = 0.0
        now = clock.monotonic()
        if not (self._paused or self._is_backlog_running()) and self._reading.may_try(now):
            self._work(now)
        self._waiters.answer(self._behind())

    def _work(self, now: float) -> None:
        if now >= self._look_at:
            self._look(now)
        elif done := self._reading.take():
            self._waiters.done(done)
            self._settle_at = clock.monotonic() + _SETTLE_SECONDS
        elif self._settle_at is not None and now >= self._settle_at:
            self._settle_at = None
            self._reading.settle()
        if self._reading.wants_look:
            self._reading.wants_look = False
            self._look_at = 0.0

    def _idle_seconds(self) -> float:
        """How long there is nothing to do."""
        times = [self._pulse_at, *self._waiters.deadlines()]
        if self._backlog.is_running():
            times.append(clock.monotonic() + _BACKLOG_POLL_SECONDS)
        elif not self._paused:
            work = [self._look_at, self._pending.next_due(), self._settle_at]
            earliest = self._reading.retry_at
            times.extend(max(earliest, time) for time in work if time is not None)
        return max(0.0, min(times) - clock.monotonic())

    def _take_hints(self) -> None:
        found, is_everything = self._hints.take()
        if is_everything:
            self._look_at = 0.0
        now = clock.monotonic()
        spool = str(paths.spool().parent)
        for path in found:
            if path.startswith(f"{spool}/"):
                if not self._waiters.is_cookie(path):
                    self._pending.add(NOTICES, now)
            elif self._places.is_root(path):
                self._look_at = 0.0
            elif repository := self._places.repository_at(path):
                self._pending.add(Work("repository", repository), now)
            elif self._places.source_of(path):
                self._pending.add(Work("session", path), now)

    def _look(self, now: float) -> None:
        """Compare every source with its cursor; watch what is new; leave a long read to a process."""
        may_leave = now >= self._backlog_at
        is_ready = self._reading.is_ready()
        if is_ready is None:
            return
        if may_leave and not is_ready:
            self._start_backlog()
            return
        found = self._reading.look()
        if found is None:
            return
        if may_leave and backlog.is_long(found):
            self._start_backlog()
            return
        self._reading.add(found)
        self._waiters.looked()
        done = clock.monotonic()
        self._pending.prune(done)
        self._look_was, self._look_took = done, done - now
        rest = max(LOOK_SECONDS, self._look_took * _LOOK_FACTOR)
        if self._places.scanned():
            rest = min(rest, max(_SCAN_SECONDS, self._look_took * _SCAN_FACTOR))
        self._look_at = done + rest

    def _start_backlog(self) -> None:
        _log.info("reading a backlog")
        self._backlog.start()

    def _is_backlog_running(self) -> bool:
        result = self._backlog.result()
        if result is None:
            return self._backlog.is_running()
        now = clock.monotonic()
        self._backlog_at = now + LOOK_SECONDS  # what it left it would leave again
        self._look_at = now
        if result:
            self._health.note("backlog", result)
            _log.warning("the backlog was not read to its end: %s", result)
            self._reading.back_off()
            self._backlog_at = 0.0
        elif self._health.clear("backlog"):
            _log.info("the backlog is read")
        return False

    def _pulse(self) -> bool:
        """Signs of life and of change; True when the program on disk was replaced."""
        now = clock.monotonic()
        if now < self._pulse_at:
            return False
        self._pulse_at = now + min(_PULSE_SECONDS, notify.watchdog_seconds() or _PULSE_SECONDS)
        if self._health.woke_up():
            _log.info("the machine slept: looking at everything")
            self._look_at = 0.0
        if now >= self._clock_shown_until:
            self._health.clear("clock")
        if step := self._health.clock_step_ms():
            word = "back" if step < 0 else "forward"
            text = f"the clock was set {word} by {abs(step) / 1000:.0f} s"
            self._health.note("clock", text)
            self._clock_shown_until = now + LOOK_SECONDS
            _log.warning("%s", text)
            self._look_at = 0.0
        self._tell_manager()
        return self._is_replaced()

    def _is_replaced(self) -> bool:
        """Whether another program is on disk, whole: the same at two looks."""
        before, self._program_seen = self._program_seen, program.fingerprint()
        return bool(before) and before == self._program_seen != self._program

    def _tell_manager(self) -> None:
        state = self._say_state()
        changed = [f"STATUS={state}"] if state != self._state else []
        self._state = state
        notify.notify("WATCHDOG=1", *changed)

    def _say_state(self) -> str:
        if self._paused:
            return "paused"
        if self._backlog.is_running():
            return "reading a backlog"
        if self._health.troubles():
            return "in trouble: " + "; ".join(t.text for t in self._health.troubles())[:400]
        return "up to date" if self._pending.is_empty() else "reading"

    def _on_request(self, caller: Caller, request: str) -> None:
        verb, _, rest = request.partition(" ")
        if verb == "sync":
            self._sync(caller, rest)
        elif verb == "status":
            caller.answer(json.dumps(self._as_document()))
        elif verb in {"pause", "resume"}:
            self._paused = verb == "pause"
            self._look_at = 0.0
            caller.answer("done")
        elif verb == "stop":
            self.stop()
            caller.answer("done")
        else:
            caller.answer("unknown request")

    def _sync(self, caller: Caller, rest: str) -> None:
        """Somebody wants to read what was written before this instant."""
        now = clock.monotonic()
        milliseconds, _, directory = rest.partition(" ")
        if not milliseconds.isdigit():
            caller.answer("unknown request")
            return
        if self._paused or not self._reading.may_try(now):
            caller.answer("paused")  # the caller catches up itself, or meets the same trouble
            return
        if directory and not self._backlog.is_running():
            self._reading.meet(directory)
        is_exact = self._places.is_exact() and now < self._look_at
        if not is_exact:
            self._look_at = 0.0
        self._waiters.add(caller, now + int(milliseconds) / 1000, by_cookie=is_exact)

    def _behind(self) -> str:
        """What is not read yet, as far as it is known."""
        return f"behind {self._pending.count('session')} {self._pending.count('repository')}"

    def _as_document(self) -> dict[str, object]:
        return self._health.as_document() | {
            "state": self._say_state(),
            "is_paused": self._paused,
            "watched_directories": self._watcher.count(),
            "scanned_directories": self._places.scanned(),
            "pending_sessions": self._pending.count("session"),
            "pending_repositories": self._pending.count("repository"),
            "seconds_since_look": round(clock.monotonic() - self._look_was, 1),
            "look_seconds": round(self._look_took, 4),
        }

    def _close(self) -> None:
        self._backlog.stop()
        self._waiters.close()
        self._server.close()
        self._watcher.stop()
        self._reading.close()
        self._hints.close()
        self._selector.close()
