"""The date range of a report: local days of a time zone as UTC instants."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from aea import clock
from aea.errors import UsageError
from aea.store.engine import db
from aea.store.engine.lock import writer_lock
from aea.store.write import calendar

if TYPE_CHECKING:
    from aea.store.engine.db import Connection

FIRST, LAST = "0000", "9999"  # before and after every instant


def with_calendar(connection: Connection, zone: str) -> Connection:
    """A reader whose calendar has the days of a zone; they are added if they are missing."""
    now = clock.now_ms()
    if calendar.covers(connection, zone, now):
        return connection
    connection.close()
    with writer_lock(5), closing(db.open_writer()) as writer, db.transaction(writer):
        calendar.extend(writer, zone, now)
    return db.open_reader()


def bounds(zone: str, since: str | None, until: str | None, end: str = LAST) -> tuple[str, str]:
    """(first instant, first instant after) of local days; `end` if no last day is given."""
    first, after = FIRST, end
    try:
        if since:
            first = calendar.day_start(zone, since)
        if until:
            after = calendar.day_start(zone, calendar.next_day(until))
    except OverflowError as error:
        dates = " or ".join(filter(None, (since, until)))
        raise UsageError(
            f"{dates} is not a supported date", "use a date such as 2026-01-31"
        ) from error
    if until and first >= after:
        days = f"--since {since} is after --until {until}"
        raise UsageError(days, "give --since the earlier day")
    return first, after
