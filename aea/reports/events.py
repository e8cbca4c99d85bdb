"""The event rows as NDJSON: one JSON object a line, for other programs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from aea.errors import UsageError
from aea.reports import current, scope
from aea.store.engine import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection
    from aea.store.engine.definitions import Event

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?")


class Question(NamedTuple):
    """Which rows: of which tables, of when, of what."""

    tables: tuple[str, ...] = ()
    since: str | None = None  # UTC, by the time at which a row's thing happened
    until: str | None = None
    after: int | None = None  # UTC milliseconds: rows whose facts changed later than that
    repo: str | None = None
    provider: str | None = None
    limit: int | None = None


def stream(question: Question) -> Iterator[str]:
    """The lines; UsageError for a table or an instant that is none.

    Tables come by name, rows in the order in which their facts changed, then by key. A table without a
    column that is asked for is left out.
    """
    chosen = _tables(question.tables)
    for name, instant in (("--since", question.since), ("--until", question.until)):
        if instant is not None and not _INSTANT.fullmatch(instant):
            raise UsageError(
                f"{name} {instant!r} is no instant", "give 2026-11-01 or 2026-11-01T09:30:00Z"
            )
    connection = current.reader()
    try:
        repository = scope.choose(connection, question.repo, all_projects=True)
        left = question.limit
        for event in chosen:
            for line in _rows(connection, event, question._replace(repo=repository, limit=left)):
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
        raise UsageError(f"{name!r} is no event table", f"there are {', '.join(sorted(known))}")
    return [known[name] for name in sorted(asked or known)]


def _rows(connection: Connection, event: Event, question: Question) -> Iterator[str]:
    columns = event.columns().split(", ")
    wanted = {"repository": question.repo, "provider": question.provider}
    if any(value is not None and name not in columns for name, value in wanted.items()):
        return
    conditions = [f"{name} = :{name}" for name, value in wanted.items() if value is not None]
    if question.since is not None:
        conditions.append(f"{event.time} >= :since")
    if question.until is not None:
        conditions.append(f"{event.time} < :until")
    if question.after is not None:
        conditions.append("ingested_at > :after")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    statement = f"SELECT {event.columns()} FROM {event.name}{where} ORDER BY ingested_at, {event.key} LIMIT :limit"
    limit = -1 if question.limit is None else question.limit
    values = {"since": question.since, "until": question.until, "after": question.after}
    for row in connection.execute(statement, {**wanted, **values, "limit": limit}):
        yield json.dumps(
            {"table": event.name, **dict(zip(columns, row, strict=True))}, ensure_ascii=False
        )
