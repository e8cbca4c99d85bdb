"""Time stamps as providers write them, converted to UTC milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST_SECOND = 100_000_000_000  # a greater number counts milliseconds
_LAST_INSTANT = 253_402_300_800_000  # the year 10000


def instant(stamp: str | float | None) -> int | None:
    """UTC milliseconds of an ISO text (without a zone: UTC) or of Unix seconds or milliseconds; else None."""
    if isinstance(stamp, str):
        return _of_text(stamp)
    if isinstance(stamp, int | float):
        moment_ms = stamp if stamp > _LAST_SECOND else stamp * 1000
        return int(moment_ms) if 0 <= moment_ms < _LAST_INSTANT else None
    return None


def _of_text(stamp: str) -> int | None:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND
