"""`aea ingest`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from aea.errors import UsageError
from aea.ingest import catch_up
from aea.reports import repository_filter
from aea.store.write import calendar

if TYPE_CHECKING:
    from aea.ingest.catch_up import Outcome


@click.command("ingest")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--since", metavar="DATE", help="Of a new repository, only commits since that day.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def command(path: str | None, since: str | None, *, quiet: bool) -> int:
    """Read all that sessions and repositories have gained.

    PATH, or the current directory, is made known when it lies in a git repository. Safe to interrupt: the
    next run goes on where this one stopped.
    """
    since_ms = _since_ms(since) if since else None
    directory = os.path.realpath(path) if path else repository_filter.current_root()
    bar = None if quiet else Bar()
    outcome = catch_up.catch_up(directory=directory, since_ms=since_ms, progress=bar)
    if bar:
        bar.close()
        click.echo(_summary(outcome))
    for failure in outcome.failures:
        click.echo(f"Error: {failure}", err=True)
    return 1 if outcome.failures else 0


def _since_ms(day: str) -> int:
    import time
    from calendar import timegm

    try:
        text = calendar.day_start(calendar.local_zone(), day)
        return timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) * 1000
    except (OverflowError, ValueError) as error:
        raise UsageError("that day is beyond the calendar", "write it as 2026-01-31") from error


def _summary(outcome: Outcome) -> str:
    if not (outcome.file_count or outcome.commit_count):
        return "Nothing new."
    megabytes = outcome.byte_count / 1e6
    files, commits = outcome.file_count, outcome.commit_count
    return f"Read {files} session files ({megabytes:.1f} MB) and {commits} commits."


class Bar:
    """A progress line on a terminal; nothing where nobody watches."""

    WIDTH = 30

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._last = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Draw how much of `what` is done."""
        if not self._is_shown or not total:
            return
        filled = self.WIDTH * done // total
        line = f"{what[-40:]} [{'#' * filled}{'.' * (self.WIDTH - filled)}] {100 * done // total} %"
        if line != self._last:
            sys.stderr.write("\r\x1b[K" + line)
            sys.stderr.flush()
            self._last = line

    def close(self) -> None:
        """Leave a clean line."""
        if self._last:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
