"""`aea why`: from a number, session or commit down to event rows, facts and source bytes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from aea.errors import AeaError
from aea.reports import commit, freshness, query, render, why_facts, why_number
from aea.reports.why_number import Section

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.db import Connection


_SESSION_EVENTS = (
    "event_session_quality",
    "event_session_productivity",
    "event_session_usage",
    "event_session_activity",
)
_COMMIT = "event_commit_outcome"


def show(target: str, limit: int, *, is_json: bool) -> str:
    """Every step of the way down; AeaError when nothing has that name."""
    connection = freshness.reader()
    try:
        sections = _find(connection, target.strip(), limit)
    finally:
        connection.close()
    if is_json:
        return render.as_json({section.key: section.rows for section in sections})
    return "\n\n".join(_text(section) for section in sections)


def _text(section: Section) -> str:
    if not section.rows:
        return f"{section.title}\n  none"
    body = [[render.text(value) for value in row.values()] for row in section.rows]
    names = list(section.rows[0])
    return f"{section.title}\n{render.as_table(names, body, left=len(names))}"


def _find(connection: Connection, target: str, limit: int) -> list[Section]:
    for look_up in (why_number.find, _of_session, _of_commit):
        found = look_up(connection, target, limit)
        if found:
            return found
    names = why_number.list_names()
    near = get_close_matches(target.lower(), names)
    raise AeaError(
        f"no number, session or commit is called {target!r}",
        f"aea why {near[0]}" if near else f"one of {', '.join(names)}; aea session lists sessions",
    )


def _of_session(connection: Connection, target: str, limit: int) -> list[Section]:
    session = _one(
        connection,
        "SELECT id, provider, session_id FROM metadata_sessions WHERE session_id GLOB ? || '*'",
        target,
        "session",
    )
    if session is None:
        return []
    natural = (session["provider"], session["session_id"])
    sections = [Section("session", "session", [session])]
    for event in _SESSION_EVENTS:
        statement = f"SELECT * FROM {event} WHERE provider = ? AND session_id = ?"
        sections.append(
            Section(event, event, _upright(query.select(connection, statement, natural)))
        )
    return sections + why_facts.of_session(connection, session["id"], limit)


def _upright(rows: list[Row]) -> list[Row]:
    """A single wide row as one line per column."""
    if len(rows) != 1:
        return rows
    return [{"column": name, "value": value} for name, value in rows[0].items()]


def _of_commit(connection: Connection, target: str, limit: int) -> list[Section]:
    if not commit.is_known(connection, target):
        return []
    found = commit.find(connection, target)
    natural = (found["repository"], found["commit_sha"])
    row = query.select(
        connection,
        "SELECT c.id, ? AS repository, c.commit_sha, s.source_path FROM fact_commit AS c"
        " INNER JOIN ingest_cursor AS s ON s.id = c.source_id WHERE c.id = ?",
        (found["repository"], found["commit_id"]),
    )
    statement = f"SELECT * FROM {_COMMIT} WHERE repository = ? AND commit_sha = ?"
    event = query.select(connection, statement, natural)
    return [
        Section("commit", "commit", row),
        Section(_COMMIT, _COMMIT, _upright(event)),
        *why_facts.of_commit(connection, found["commit_id"], limit),
    ]


def _one(connection: Connection, statement: str, target: str, kind: str) -> Row | None:
    """The row that a prefix means; AeaError when it may mean several."""
    if any(mark in target for mark in "*?["):
        return None
    rows = query.select(connection, statement + " LIMIT 3", (target,))
    if len(rows) > 1:
        raise AeaError(f"several {kind}s start with {target!r}", "give more of it")
    return rows[0] if rows else None
