"""`aea ingest`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from aea.cli import options
from aea.errors import UsageError
from aea.ingest import catch_up
from aea.progress import Bar
from aea.reports import repository_filter
from aea.store.write import calendar

if TYPE_CHECKING:
    from aea.ingest.catch_up import IngestResult


@click.command(
    "ingest",
    epilog=options.examples("aea ingest", "aea ingest ~/work/shop --since 2026-01-01"),
)
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--since", metavar="DATE", help="For a new repository, skip commits before this day.")
@click.option("--quiet", is_flag=True, help="Print only errors.")
def command(path: str | None, since: str | None, *, quiet: bool) -> int:
    """Read what is new in sessions and repositories.

    If PATH, or else the current directory, is inside a git repository, that repository is registered. The command can be
    interrupted; the next run continues where it stopped.
    """
    since_ms = _since_ms(since) if since else None
    directory = os.path.realpath(path) if path else repository_filter.current_root()
    bar = None if quiet else Bar()
    result = catch_up.catch_up(directory=directory, since_ms=since_ms, progress=bar)
    if bar:
        bar.close()
        click.echo(_summary(result))
    for failure in result.failures:
        click.echo(f"Error: {failure}", err=True)
    return 1 if result.failures else 0


def _since_ms(day: str) -> int:
    import time
    from calendar import timegm

    try:
        text = calendar.day_start(calendar.local_zone(), day)
        return timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) * 1000
    except (OverflowError, ValueError) as error:
        raise UsageError(
            f"{day} is not a supported date", "use a date such as 2026-01-31"
        ) from error


def _summary(result: IngestResult) -> str:
    if not (result.file_count or result.commit_count):
        return "Nothing new."
    megabytes = result.byte_count / 1e6
    files, commits = result.file_count, result.commit_count
    return f"Read {files} session files ({megabytes:.1f} MB) and {commits} commits."
