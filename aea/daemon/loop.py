"""The daemon's main loop: it waits for changes, reads them and answers callers, in one thread.

A change queues work, and work reads on from a cursor. At start, every minute, after lost events and after
suspension, a scan of all sources finds what was not reported.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
from typing import TYPE_CHECKING

from aea import clock, paths
from aea.daemon import backlog, installation, notify
from aea.daemon.backlog import BacklogReader
from aea.daemon.change_queue import ChangeQueue
from aea.daemon.health import Health
from aea.daemon.server import Server
from aea.daemon.sync_requests import SyncRequests
from aea.daemon.watch_list import WatchList
from aea.daemon.watcher import open_watcher
from aea.daemon.work_queue import NOTICES, Work, WorkQueue
from aea.daemon.worker import Worker
from aea.git.spool import create_spool

if TYPE_CHECKING:
    from aea.daemon.server import Caller

SCAN_SECONDS = 60.0
_SCAN_FACTOR = 2_500  # slow scans are less frequent: all scans take at most 0.04 % of one core
_UNWATCHED_SCAN_SECONDS = 2.0  # while some directories cannot be watched
_UNWATCHED_SCAN_FACTOR = 50  # but at most 2 % of one core
_PULSE_SECONDS = 10.0  # how soon a suspension of the machine is noticed
_BACKLOG_POLL_SECONDS = 0.05
_MAINTENANCE_SECONDS = 5.0
_log = logging.getLogger("aea.daemon")


class Loop:
    """One daemon."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._changes = ChangeQueue()
        self._selector.register(self._changes, selectors.EVENT_READ, None)
        self._watcher = open_watcher(self._changes)
        self._watch_list = WatchList(self._watcher)
        self._queue = WorkQueue()
        self._health = Health()
        self._backlog = BacklogReader()
        self._worker = Worker(self._queue, self._health, self._watch_list)
        self._server = Server(self._selector, self._on_request)
        self._sync_requests = SyncRequests(self._queue)
        self._fingerprint = self._fingerprint_seen = installation.fingerprint()
        self._paused = False
        self._stopping = False
        self._scan_at = 0.0
        self._last_scan_at = -SCAN_SECONDS
        self._scan_took = 0.0
        self._backlog_at = 0.0
        self._maintenance_at: float | None = None
        self._pulse_at = 0.0
        self._clock_shown_until = 0.0
        self._state = ""

    @property
    def socket_path(self) -> str:
        """The path of the socket on which callers are answered."""
        return self._server.path

    def stop(self) -> None:
        """Stop after the current turn."""
        self._stopping = True

    def wake_on(self, handle: int) -> None:
        """End the wait when the file descriptor becomes readable. Its data is discarded."""
        self._selector.register(handle, selectors.EVENT_READ, lambda: os.read(handle, 64))

    def run(self) -> bool:
        """Run until stopped. Returns True if the package was replaced and its successor should take over."""
        create_spool()
        self._watch_list.refresh(None)
        notify.notify("READY=1", f"STATUS=scanning all sources, pid {os.getpid()}")
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
        self._take_changes()
        if self._sync_requests.need_scan():
            self._scan_at = 0.0
        now = clock.monotonic()
        if not (self._paused or self._is_backlog_running()) and self._worker.may_try(now):
            self._work(now)
        self._sync_requests.answer(self._remaining_work())

    def _work(self, now: float) -> None:
        if now >= self._scan_at:
            self._scan(now)
        elif done := self._worker.read_due():
            self._sync_requests.done(done)
            self._maintenance_at = clock.monotonic() + _MAINTENANCE_SECONDS
        elif self._maintenance_at is not None and now >= self._maintenance_at:
            self._maintenance_at = None
            self._worker.run_maintenance()
        if self._worker.wants_scan:
            self._worker.wants_scan = False
            self._scan_at = 0.0

    def _idle_seconds(self) -> float:
        """Return the time until there is something to do."""
        times = [self._pulse_at, *self._sync_requests.deadlines()]
        if self._backlog.is_running():
            times.append(clock.monotonic() + _BACKLOG_POLL_SECONDS)
        elif not self._paused:
            work = [self._scan_at, self._queue.next_due(), self._maintenance_at]
            earliest = self._worker.retry_at
            times.extend(max(earliest, time) for time in work if time is not None)
        return max(0.0, min(times) - clock.monotonic())

    def _take_changes(self) -> None:
        changed, is_overflow = self._changes.drain()
        if is_overflow:
            self._scan_at = 0.0
        now = clock.monotonic()
        spool = str(paths.spool().parent)
        for path in changed:
            if path.startswith(f"{spool}/"):
                if not self._sync_requests.is_cookie(path):
                    self._queue.add(NOTICES, now)
            elif self._watch_list.is_above_root(path):
                self._scan_at = 0.0
            elif repository := self._watch_list.find_repository(path):
                self._queue.add(Work("repository", repository), now)
            elif self._watch_list.find_source(path):
                self._queue.add(Work("session", path), now)

    def _scan(self, now: float) -> None:
        """Scan all sources, watch what is new, and leave a backlog to a child process."""
        may_start_backlog = now >= self._backlog_at
        is_ready = self._worker.is_ready()
        if is_ready is None:
            return
        if may_start_backlog and not is_ready:
            self._start_backlog()
            return
        found = self._worker.scan()
        if found is None:
            return
        if may_start_backlog and backlog.is_backlog(found):
            self._start_backlog()
            return
        self._worker.add(found)
        self._sync_requests.scanned()
        done = clock.monotonic()
        self._queue.prune(done)
        self._last_scan_at, self._scan_took = done, done - now
        interval = max(SCAN_SECONDS, self._scan_took * _SCAN_FACTOR)
        if self._watch_list.unwatched():
            wanted = max(_UNWATCHED_SCAN_SECONDS, self._scan_took * _UNWATCHED_SCAN_FACTOR)
            interval = min(interval, wanted)
        self._scan_at = done + interval

    def _start_backlog(self) -> None:
        _log.info("reading a backlog")
        self._backlog.start()

    def _is_backlog_running(self) -> bool:
        result = self._backlog.poll()
        if result is None:
            return self._backlog.is_running()
        now = clock.monotonic()
        self._backlog_at = now + SCAN_SECONDS  # a new run would leave the same work undone
        self._scan_at = now
        if result:
            self._health.report("backlog", result)
            _log.warning("reading the backlog failed: %s", result)
            self._worker.back_off()
            self._backlog_at = 0.0
        elif self._health.clear("backlog"):
            _log.info("reading the backlog succeeded")
        return False

    def _pulse(self) -> bool:
        """Report to the service manager. Returns True if the installed package was replaced."""
        now = clock.monotonic()
        if now < self._pulse_at:
            return False
        self._pulse_at = now + min(_PULSE_SECONDS, notify.watchdog_seconds() or _PULSE_SECONDS)
        if self._health.has_slept():
            _log.info("the machine was suspended: scanning all sources")
            self._scan_at = 0.0
        if now >= self._clock_shown_until:
            self._health.clear("clock")
        if step := self._health.clock_step_ms():
            word = "back" if step < 0 else "forward"
            text = f"the clock was set {word} by {abs(step) / 1000:.0f} s"
            self._health.report("clock", text)
            self._clock_shown_until = now + SCAN_SECONDS
            _log.warning("%s", text)
            self._scan_at = 0.0
        self._notify_manager()
        return self._is_replaced()

    def _is_replaced(self) -> bool:
        """Return True if another version is installed completely: its fingerprint is stable."""
        before, self._fingerprint_seen = self._fingerprint_seen, installation.fingerprint()
        return bool(before) and before == self._fingerprint_seen != self._fingerprint

    def _notify_manager(self) -> None:
        state = self._describe_state()
        changed = [f"STATUS={state}"] if state != self._state else []
        self._state = state
        notify.notify("WATCHDOG=1", *changed)

    def _describe_state(self) -> str:
        if self._paused:
            return "paused"
        if self._backlog.is_running():
            return "reading a backlog"
        if self._health.troubles():
            return "in trouble: " + "; ".join(t.text for t in self._health.troubles())[:400]
        return "up to date" if self._queue.is_empty() else "reading"

    def _on_request(self, caller: Caller, request: str) -> None:
        verb, _, rest = request.partition(" ")
        if verb == "sync":
            self._sync(caller, rest)
        elif verb == "status":
            caller.answer(json.dumps(self._as_document()))
        elif verb in {"pause", "resume"}:
            self._paused = verb == "pause"
            self._scan_at = 0.0
            caller.answer("done")
        elif verb == "stop":
            self.stop()
            caller.answer("done")
        else:
            caller.answer("unknown request")

    def _sync(self, caller: Caller, rest: str) -> None:
        """Answer when everything written before this instant has been read."""
        now = clock.monotonic()
        milliseconds, _, directory = rest.partition(" ")
        if not milliseconds.isdigit():
            caller.answer("unknown request")
            return
        if self._paused or not self._worker.may_try(now):
            caller.answer("paused")  # the caller catches up itself, or runs into the same problem
            return
        if directory and not self._backlog.is_running():
            self._worker.register(directory)
        can_use_cookie = self._watch_list.is_reliable() and now < self._scan_at
        if not can_use_cookie:
            self._scan_at = 0.0
        self._sync_requests.add(caller, now + int(milliseconds) / 1000, by_cookie=can_use_cookie)

    def _remaining_work(self) -> str:
        """Return the answer for a caller whose time is up: what is known to be unread."""
        counts = (self._queue.count(kind) for kind in ("session", "repository", "figures"))
        return " ".join(["behind", *map(str, counts)])

    def _as_document(self) -> dict[str, object]:
        return self._health.as_document() | {
            "state": self._describe_state(),
            "is_paused": self._paused,
            "watched_directories": self._watcher.count(),
            "scanned_directories": self._watch_list.unwatched(),
            "pending_sessions": self._queue.count("session"),
            "pending_repositories": self._queue.count("repository"),
            "seconds_since_look": round(clock.monotonic() - self._last_scan_at, 1),
            "look_seconds": round(self._scan_took, 4),
        }

    def _close(self) -> None:
        self._backlog.stop()
        self._sync_requests.close()
        self._server.close()
        self._watcher.stop()
        self._worker.close()
        self._changes.close()
        self._selector.close()
