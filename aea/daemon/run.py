"""Start and stop a daemon: lock, log, signals, and the successor after an upgrade."""

from __future__ import annotations

import logging
import os
import signal
import sys
import warnings
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, NoReturn

from aea import __version__, paths
from aea.console import visible
from aea.daemon.instance import InstanceLock
from aea.daemon.loop import Loop

if TYPE_CHECKING:
    from types import FrameType

_LOG_BYTES = 1_000_000
_LOG_PARTS = 3
_log = logging.getLogger("aea.daemon")


class _Visible(logging.Formatter):
    """Escapes control characters: paths and errors name what other people have named."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line of a record."""
        return visible(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The line and the traceback of a record."""
        return visible(super().format(record), keep="\n\t")


def run(*, is_verbose: bool) -> None:
    """Collect until SIGTERM or SIGINT. Raises BusyError if a daemon for this data directory is running."""
    os.umask(0o077)
    instance = InstanceLock()
    _start_log(is_verbose=is_verbose)
    warnings.filterwarnings("ignore", module=r"watchdog\.")  # they list every watched directory
    try:
        loop = Loop()
        _handle_signals(loop)
        instance.write_holder(loop.socket_path)
        _log.info("aea %s started, pid %d, data in %s", __version__, os.getpid(), paths.data_dir())
        is_outdated = loop.run()
    except Exception:
        _log.exception("the daemon failed")
        raise
    instance.release()
    if is_outdated:
        _log.info("aea was upgraded: starting the new version")
        _start_successor()
    _log.info("stopped")


def _start_log(*, is_verbose: bool) -> None:
    place = paths.daemon_log()
    place.parent.mkdir(mode=0o700, exist_ok=True)
    handlers: list[logging.Handler] = [
        RotatingFileHandler(place, maxBytes=_LOG_BYTES, backupCount=_LOG_PARTS, encoding="utf-8")
    ]
    if is_verbose:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(_Visible("%(asctime)s %(levelname)s %(message)s"))
        _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    logging.raiseExceptions = False  # a log that cannot be written must not end the daemon


def _handle_signals(loop: Loop) -> None:
    """Let a signal end the wait. Python runs the handler between two turns."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.stop()

    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    signal.set_wakeup_fd(writer)
    loop.wake_on(reader)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # closing the terminal does not stop the daemon


def _start_successor() -> NoReturn:
    os.execv(sys.executable, [sys.executable, "-P", "-m", "aea", "daemon", "run"])  # noqa: S606
