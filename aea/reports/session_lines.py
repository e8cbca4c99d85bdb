"""`aea session show`: the lines that a session wrote, and whether commits took them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.console import visible
from aea.errors import AeaError
from aea.reports import freshness, query, render

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.db import Connection

_FIND = (
    "SELECT s.id AS session_key, s.provider, s.session_id, p.repository, p.model_name AS model,"
    " p.started_at, p.ended_at FROM metadata_sessions AS s LEFT JOIN event_session_productivity AS p"
    " ON p.provider = s.provider AND p.session_id = s.session_id"
    " WHERE s.session_id GLOB ? || '*' ORDER BY s.session_id = ? DESC LIMIT 3"
)


def show(target: str, *, is_json: bool) -> str:
    """Its files and commits; AeaError if no session has that id."""
    connection = freshness.reader()
    try:
        session = _find(connection, target)
        session_key = {"session_key": session["session_key"]}
        files = query.report(connection, "session_files", session_key)
        writes = query.report(connection, "session_writes", session_key) if is_json else []
        key = {name: session[name] for name in ("provider", "session_id")}
        commits = query.report(connection, "session_commits", key)
    finally:
        connection.close()
    del session["session_key"]
    if is_json:
        parts = {"files": files, "commits": commits, "writes": _nested(writes)}
        return render.as_json({**session, **parts})
    return _text(session, files, commits)


_LANDED = ("commit", "commit_path", "first_line", "line_count", "stage", "confidence")


def _nested(rows: list[Row]) -> list[Row]:
    """One entry per write, with the runs of its lines that commits took."""
    writes: dict[int, Row] = {}
    for row in rows:
        head = {name: value for name, value in row.items() if name not in _LANDED}
        write = writes.setdefault(row["change_key"], head | {"landed": []})
        if row["commit"] is not None:
            write["landed"].append({name: row[name] for name in _LANDED})
    for write in writes.values():
        del write["change_key"]
    return list(writes.values())


def _find(connection: Connection, target: str) -> Row:
    is_pattern = any(mark in target for mark in "*?[")
    rows = [] if is_pattern else query.select(connection, _FIND, (target, target))
    if not rows:
        raise AeaError(f"no session {target!r} is known", "aea session lists sessions")
    if len(rows) > 1 and rows[0]["session_id"] != target:
        raise AeaError(f"several sessions start with {target!r}", "give more of it")
    return rows[0]


def _text(session: Row, files: list[Row], commits: list[Row]) -> str:
    model = render.text(session["model"])
    head = visible(f"{session['session_id']}  {session['provider']}  {model}")
    if session["started_at"]:
        head += f"\n{_time(session['started_at'])} to {_time(session['ended_at'])} UTC"
    return "\n\n".join([head, _files(files), _commits(commits)])


def _files(files: list[Row]) -> str:
    if not files:
        return "It wrote no file."
    header = ["File", "Writes", "Added", "Landed", "Not landed"]
    names = ("write_count", "lines_added", "landed_lines", "not_landed_lines")
    body = [[row["path"], *(_count(row[name]) for name in names)] for row in files]
    return render.as_table(header, body)


def _count(number: int | None) -> str:
    return "unknown" if number is None else str(number)


def _commits(commits: list[Row]) -> str:
    if not commits:
        return "No commit has lines of this session."
    header = ["Commit", "Date (UTC)", "", "Lines", "Share", "Moved"]
    return render.as_table(header, [_commit(row) for row in commits], left=3)


def _commit(row: Row) -> list[str]:
    return [
        row["commit"][:12],
        _time(row["commit_time"]),
        "" if row["is_reachable"] else "amended or dropped",
        str(row["matched_lines"]),
        render.share(row["share_of_commit"]),
        str(row["carried_lines"]),
    ]


def _time(instant: str) -> str:
    return instant.replace("T", " ").rstrip("Z")
