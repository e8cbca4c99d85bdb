"""From a number to its view, from there to event rows, facts and source bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea.errors import AeaError
from aea.reports import current, query, render
from aea.store.engine import sqlfiles

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.db import Connection


class Measure(NamedTuple):
    """A line of `aea stats`: where it is computed and which rows it is made of."""

    column: str  # of sql/report/stats.sql
    event: str
    weight: str  # what the event rows add to it
    fact: str


_ACTIVITY, _USAGE = "event_session_activity", "event_session_usage"
_QUALITY, _COMMIT = "event_session_quality", "event_commit_outcome"
_TOKENS = (
    "input_tokens + output_tokens + cache_read_tokens + cache_write_5m_tokens"
    " + cache_write_1h_tokens"
)
_LINES = "accepted_lines_added + accepted_lines_removed"
MEASURES = {
    "sessions": Measure("session_count", _ACTIVITY, "1", "fact_session_message"),
    "prompts": Measure("prompt_count", _ACTIVITY, "prompt_count", "fact_session_message"),
    "tokens": Measure("total_tokens", _USAGE, _TOKENS, "fact_session_usage"),
    "input": Measure("input_tokens", _USAGE, "input_tokens", "fact_session_usage"),
    "output": Measure("output_tokens", _USAGE, "output_tokens", "fact_session_usage"),
    "cache read": Measure("cache_read_tokens", _USAGE, "cache_read_tokens", "fact_session_usage"),
    "cache write": Measure(
        "cache_write_tokens",
        _USAGE,
        "cache_write_5m_tokens + cache_write_1h_tokens",
        "fact_session_usage",
    ),
    "accepted lines": Measure(
        "accepted_lines_added", _ACTIVITY, _LINES, "fact_session_code_change"
    ),
    "commits": Measure("commit_count", _COMMIT, "is_reachable * (1 - is_merge)", "fact_commit"),
    "first change": Measure(
        "median_minutes_to_first_change",
        _QUALITY,
        "minutes_to_first_accepted_change",
        "fact_session_code_change",
    ),
    "debug loops": Measure("debug_loop_share", _QUALITY, "debug_loop_flag", "fact_session_message"),
    "error pastes": Measure(
        "error_paste_share", _QUALITY, "mid_session_error_paste_flag", "fact_session_message"
    ),
    "no output": Measure(
        "no_output_share", _QUALITY, "1 - accepted_output_flag", "fact_session_code_change"
    ),
}
_FACTS = (
    ("fact_session_message", "message_key"),
    ("fact_session_usage", "message_key"),
    ("fact_session_tool_call", "call_key"),
    ("fact_session_code_change", "change_key"),
)
Section = tuple[str, "list[Row]"]


def show(target: str, limit: int, *, is_json: bool) -> str:
    """Every step of the walk; AeaError when nothing has that name."""
    connection = current.reader()
    try:
        sections = _walk(connection, target.strip(), limit)
    finally:
        connection.close()
    if is_json:
        return render.as_json(dict(sections))
    return "\n\n".join(_text(title, rows) for title, rows in sections)


def _text(title: str, rows: list[Row]) -> str:
    if not rows:
        return f"{title}\n  none"
    body = [[render.text(value) for value in row.values()] for row in rows]
    return title + "\n" + render.as_table(list(rows[0]), body, left=len(rows[0]))


def _walk(connection: Connection, target: str, limit: int) -> list[Section]:
    measure = MEASURES.get(target.lower())
    if measure:
        return _of_number(connection, target.lower(), measure, limit)
    found = _of_session(connection, target, limit) or _of_commit(connection, target, limit)
    if found:
        return found
    names = ", ".join(MEASURES)
    raise AeaError(
        f"{target!r} is no number, session or commit that aea knows",
        f"a number is one of {names}; aea session lists sessions",
    )


def _of_number(connection: Connection, name: str, measure: Measure, limit: int) -> list[Section]:
    header = sqlfiles.read("event", measure.event).header
    definition = [
        {"step": "report", "where": "sql/report/stats.sql", "what": f"column {measure.column}"},
        {"step": "view", "where": "sql/view/view_activity.sql", "what": "the rows it sums"},
        {"step": "event", "where": f"sql/event/{measure.event}.sql", "what": header("grain")},
        {"step": "fact", "where": f"sql/fact/{measure.fact}.sql", "what": f"adds {measure.weight}"},
    ]
    key = header("key")
    rows = query.select(
        connection,
        f"SELECT {key}, {measure.weight} AS contribution FROM {measure.event}"
        f" WHERE {measure.weight} <> 0 ORDER BY contribution DESC, {key} LIMIT ?",
        (limit,),
    )
    return [
        (f"{name}: how it is computed", definition),
        (f"{measure.event}: the greatest contributions of all time", rows),
    ]


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
    sections: list[Section] = [("session", [session])]
    for event in (_QUALITY, "event_session_productivity", _USAGE, _ACTIVITY):
        statement = f"SELECT * FROM {event} WHERE provider = ? AND session_id = ?"
        sections.append((event, _upright(query.select(connection, statement, natural))))
    for table, key in _FACTS:
        sections.append(
            (f"{table}: facts and where they stand", _facts(connection, table, key, session, limit))
        )
    return sections


def _upright(rows: list[Row]) -> list[Row]:
    """One wide row is read better as a column."""
    if len(rows) != 1:
        return rows
    return [{"column": name, "value": value} for name, value in rows[0].items()]


def _facts(connection: Connection, table: str, key: str, session: Row, limit: int) -> list[Row]:
    return query.select(
        connection,
        f"SELECT f.{key}, strftime('%Y-%m-%dT%H:%M:%SZ', f.occurred_at / 1000, 'unixepoch') AS at,"
        " c.source_path, f.source_offset AS byte_offset"
        f" FROM {table} AS f INNER JOIN ingest_cursor AS c ON c.id = f.source_id"
        f" WHERE f.session_id = ? ORDER BY f.occurred_at, f.{key} LIMIT ?",
        (session["id"], limit),
    )


def _of_commit(connection: Connection, target: str, limit: int) -> list[Section]:
    if len(target) < 4:
        return []
    commit = _one(
        connection,
        "SELECT c.id, r.repository_key AS repository, c.commit_sha, s.source_path FROM fact_commit AS c"
        " INNER JOIN metadata_repositories AS r ON r.id = c.repository_id"
        " INNER JOIN ingest_cursor AS s ON s.id = c.source_id WHERE c.commit_sha GLOB ? || '*'",
        target.lower(),
        "commit",
    )
    if commit is None:
        return []
    statement = f"SELECT * FROM {_COMMIT} WHERE repository = ? AND commit_sha = ?"
    event = query.select(connection, statement, (commit["repository"], commit["commit_sha"]))
    return [
        ("commit", [commit]),
        (_COMMIT, _upright(event)),
        *_beside_commit(connection, commit["id"], limit),
    ]


def _beside_commit(connection: Connection, commit_id: int, limit: int) -> list[Section]:
    files = query.select(
        connection,
        "SELECT p.file_path, f.change_kind, f.lines_added, f.lines_removed"
        " FROM fact_commit_file_change AS f INNER JOIN metadata_files AS p ON p.id = f.file_id"
        " WHERE f.commit_id = ? ORDER BY p.file_path LIMIT ?",
        (commit_id, limit),
    )
    moves = query.select(
        connection,
        "SELECT u.ref_name, u.action, u.old_sha, u.new_sha FROM fact_ref_update AS u"
        " INNER JOIN fact_commit AS c ON c.repository_id = u.repository_id"
        " WHERE c.id = ? AND c.commit_sha IN (u.old_sha, u.new_sha) LIMIT ?",
        (commit_id, limit),
    )
    rewrites = query.select(
        connection,
        "SELECT w.rewrite_kind, w.old_sha, w.new_sha FROM fact_commit_rewrite AS w"
        " INNER JOIN fact_commit AS c ON c.repository_id = w.repository_id"
        " WHERE c.id = ? AND c.commit_sha IN (w.old_sha, w.new_sha)",
        (commit_id,),
    )
    evidence = query.select(
        connection,
        "SELECT e.evidence_kind, e.tool_name, e.external_session, e.model_name, e.file_path,"
        " e.first_line, e.line_count, e.contributor FROM fact_commit_evidence AS e"
        " INNER JOIN fact_commit AS c ON c.repository_id = e.repository_id"
        " AND c.commit_sha = e.commit_sha WHERE c.id = ?"
        " ORDER BY e.evidence_kind, e.file_path, e.first_line LIMIT ?",
        (commit_id, limit),
    )
    return [
        ("fact_commit_file_change: its files", files),
        ("fact_ref_update: the refs that moved to or from it", moves),
        ("fact_commit_rewrite: what it replaces, or is replaced by", rewrites),
        ("fact_commit_evidence: what other tools recorded about who wrote it", evidence),
    ]


def _one(connection: Connection, statement: str, target: str, kind: str) -> Row | None:
    """The row that a prefix means; AeaError when it may mean several."""
    if any(mark in target for mark in "*?["):
        return None
    rows = query.select(connection, statement + " LIMIT 3", (target,))
    if len(rows) > 1:
        raise AeaError(f"several {kind}s start with {target!r}", "give more of it")
    return rows[0] if rows else None
