"""`aea events`: event rows as NDJSON, one JSON object per line, for other programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from aea.errors import UsageError
from aea.reports import freshness, render, repository_filter
from aea.store.engine import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection
    from aea.store.engine.definitions import Event

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?")


class EventsRequest(NamedTuple):
    """The options of `aea events`."""

    tables: tuple[str, ...] = ()
    since: str | None = None  # UTC, by the time of the event
    until: str | None = None
    after: int | None = None  # UTC milliseconds: rows whose facts changed after it
    repo: str | None = None
    provider: str | None = None
    limit: int | None = None


def stream(request: EventsRequest) -> Iterator[str]:
    """The lines; UsageError if a table or an instant is invalid.

    Tables are sorted by name, rows by the time at which their facts changed, then by key. A table without the
    column of a filter is skipped.
    """
    chosen = _tables(request.tables)
    for name, instant in (("--since", request.since), ("--until", request.until)):
        if instant is not None and not _INSTANT.fullmatch(instant):
            raise UsageError(
                f"{name} {instant!r} is not an instant", "give 2026-11-01 or 2026-11-01T09:30:00Z"
            )
    connection = freshness.reader()
    try:
        repository = repository_filter.choose(connection, request.repo, all_projects=True)
        left = request.limit
        for event in chosen:
            for line in _rows(connection, event, request._replace(repo=repository, limit=left)):
                left = None if left is None else left - 1
                yield line
    finally:
        connection.close()


def _tables(names: tuple[str, ...]) -> list[Event]:
    known = {
        event.name: event
        for s in definitions.list_scopes()
        for event in definitions.list_events(s.name)
    }
    asked = {name if name.startswith("event_") else f"event_{name}" for name in names}
    for name in sorted(asked - known.keys()):
        raise UsageError(f"{name!r} is not an event table", f"one of {', '.join(sorted(known))}")
    return [known[name] for name in sorted(asked or known)]


def _rows(connection: Connection, event: Event, request: EventsRequest) -> Iterator[str]:
    columns = event.columns().split(", ")
    wanted = {"repository": request.repo, "provider": request.provider}
    if any(value is not None and name not in columns for name, value in wanted.items()):
        return
    conditions = [f"{name} = :{name}" for name, value in wanted.items() if value is not None]
    if request.since is not None:
        conditions.append(f"{event.time} >= :since")
    if request.until is not None:
        conditions.append(f"{event.time} < :until")
    if request.after is not None:
        conditions.append("ingested_at > :after")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    statement = f"SELECT {event.columns()} FROM {event.name}{where} ORDER BY ingested_at, {event.key} LIMIT :limit"
    limit = -1 if request.limit is None else request.limit
    values = {"since": request.since, "until": request.until, "after": request.after}
    for row in connection.execute(statement, {**wanted, **values, "limit": limit}):
        yield render.as_json_line({"table": event.name, **dict(zip(columns, row, strict=True))})
