"""Rows for the days of a time zone, so that SQL finds the day of an instant without date functions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea.errors import UsageError
from aea.store.engine import db

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from aea.store.engine.db import Connection

_DAYS_AHEAD = 400
_LEAST_DAYS_BACK = 40
_MS_PER_DAY = 86_400_000
_FIRST_DAY = 10_957  # 2000-01-01: a record with a wrong clock must not add 10,000 days
_ZONES = "/usr/share/zoneinfo"


def local_zone() -> str:
    """The IANA zone of the user: TZ, the target of /etc/localtime, or UTC."""
    named = os.environ.get("TZ", "").lstrip(":")
    if named and not named.startswith("/") and _is_zone(named):
        return named
    if named and not named.startswith("/"):
        named = ""  # a POSIX rule such as CET-1CEST is not a zone
    try:
        target = os.path.realpath(named or "/etc/localtime")
    except OSError:
        return "UTC"
    _, found, name = target.partition("zoneinfo/")
    return name if found else _named_in_file() or "UTC"


def _is_zone(name: str) -> bool:
    return not os.path.isdir(_ZONES) or os.path.isfile(os.path.join(_ZONES, name))


def _named_in_file() -> str:
    """The zone in /etc/timezone, for systems where /etc/localtime is a copy."""
    try:
        with open("/etc/timezone", encoding="ascii", errors="replace") as file:
            name = file.read().strip()
    except OSError:
        return ""
    return name if _is_zone(name) else ""


def zone_info(name: str) -> ZoneInfo:
    """The zone with this name, from the system or the package tzdata. UsageError if there is none."""
    from zoneinfo import ZoneInfo  # 10 ms: imported only where days are added

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(
            f"there is no time zone {name!r}", "use an IANA name such as Europe/Vilnius"
        ) from error


def covers(connection: Connection, zone: str, now: int) -> bool:
    """Whether the calendar covers all days from the first event until well after now."""
    query = (
        "SELECT min(start_at), max(day_number), min(day_number) FROM metadata_calendar"
        " WHERE time_zone = ?"
    )
    ((first, last_number, first_number),) = db.rows(connection, query, (zone,))
    today = now // _MS_PER_DAY
    if first is None or last_number < today + 2 or first_number > today - _LEAST_DAYS_BACK:
        return False
    earliest = _earliest(connection)
    return earliest is None or first <= earliest or first_number <= _FIRST_DAY


def _earliest(connection: Connection) -> str | None:
    """The earliest instant of any event: three index look-ups."""
    places = (
        ("event_session_usage", "bucket_at"),
        ("event_session_activity", "bucket_at"),
        ("event_commit_outcome", "commit_time"),
    )
    found = [
        connection.execute(f"SELECT min({column}) FROM {table}").get for table, column in places
    ]
    return min((str(instant) for instant in found if instant), default=None)


def _first_day(connection: Connection, today: int) -> int:
    """The first day that is needed, minus one for zones east of Greenwich."""
    from datetime import date

    earliest = _earliest(connection)
    first = today - _LEAST_DAYS_BACK
    if earliest:
        number = date.fromisoformat(earliest[:10]).toordinal() - date(1970, 1, 1).toordinal()
        first = min(first, number)
    return max(first - 1, _FIRST_DAY)


def extend(connection: Connection, zone: str, now: int) -> None:
    """Add the missing days. The caller holds the transaction."""
    info = zone_info(zone)
    today = now // _MS_PER_DAY
    first, last = _first_day(connection, today), today + _DAYS_AHEAD
    connection.executemany(
        "INSERT OR IGNORE INTO metadata_calendar VALUES (?, ?, ?, ?, ?, ?, ?)",
        [_day(number, zone, info) for number in range(first, last + 1)],
    )


def _day(number: int, zone: str, info: ZoneInfo) -> tuple[object, ...]:
    from datetime import date, timedelta

    day = date(1970, 1, 1) + timedelta(days=number)
    monday = day - timedelta(days=day.weekday())
    month = f"{day.year:04d}-{day.month:02d}"
    start, end = _midnight(day, info), _midnight(day + timedelta(days=1), info)
    return zone, str(day), str(monday), month, number, _utc_text(start), _utc_text(end)


def _midnight(day: date, info: ZoneInfo) -> datetime:
    """The first instant of a local day, even if clocks skip midnight."""
    from datetime import UTC, datetime

    return datetime(day.year, day.month, day.day, tzinfo=info).astimezone(UTC)


def _utc_text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def day_start(zone: str, text: str) -> str:
    """The start of a local day YYYY-MM-DD, or an instant with an offset, as UTC text."""
    from datetime import UTC, date, datetime

    info = zone_info(zone)
    try:
        if len(text) == len("2026-01-31"):
            return _utc_text(_midnight(date.fromisoformat(text), info))
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date", "write it as 2026-01-31") from error
    return _utc_text((instant if instant.tzinfo else instant.replace(tzinfo=info)).astimezone(UTC))


def next_day(text: str) -> str:
    """The day after YYYY-MM-DD, which turns an inclusive end into an exclusive one."""
    from datetime import date, timedelta

    try:
        return str(date.fromisoformat(text) + timedelta(days=1))
    except ValueError:
        return text
