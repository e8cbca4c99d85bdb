"""`aea daemon`."""

from __future__ import annotations

import sys

import click

from aea import console, control
from aea.errors import AeaError

_WAIT_SECONDS = 5.0


@click.group("daemon")
def command() -> None:
    """Run or control the background collector.

    `aea service install` starts it at every login.
    """


@command.command()
def run() -> None:
    """Collect in the foreground until interrupted. The service runs this command."""
    from aea.daemon.run import run as run_daemon

    run_daemon(is_verbose=sys.stderr.isatty())


@command.command()
def sync() -> None:
    """Wait until everything written so far has been read."""
    answer = _request(f"sync {int(_WAIT_SECONDS * 1000)} ", _WAIT_SECONDS + 1)
    if answer != "up-to-date":
        raise AeaError("the daemon is not up to date yet", "aea status")
    console.write("Up to date.")


@command.command()
def pause() -> None:
    """Stop reading until `aea daemon resume`. Reports still read what is new themselves."""
    _request("pause", _WAIT_SECONDS)
    console.write("Paused. To continue: aea daemon resume")


@command.command()
def resume() -> None:
    """Continue reading after `aea daemon pause`."""
    _request("resume", _WAIT_SECONDS)
    console.write("Resumed.")


@command.command()
def stop() -> None:
    """Stop the daemon. A service starts it again at the next login; see `aea service stop`."""
    _request("stop", _WAIT_SECONDS)
    console.write("Stopping the daemon.")


def _request(line: str, wait_seconds: float) -> str:
    answer = control.request(line, wait_seconds, _WAIT_SECONDS)
    if answer is None:
        raise AeaError("no daemon is running, or it does not respond", "aea status")
    return answer
