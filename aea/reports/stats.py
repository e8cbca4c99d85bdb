"""The headline: what the sessions and commits of a time amount to."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock
from aea.errors import UsageError
from aea.ingest import catch_up
from aea.reports import current, query, render, scope
from aea.store import calendar, db
from aea.store.lock import writer_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.ingest.catch_up import Outcome
    from aea.reports.query import Row
    from aea.store.db import Connection

GROUPS = ("repo", "provider", "model", "branch", "day", "week")


class Question(NamedTuple):
    """What was asked."""

    group_by: str | None = None
    since: str | None = None
    until: str | None = None
    provider: str | None = None
    model: str | None = None
    repo: str | None = None
    timezone: str | None = None
    all_projects: bool = False
    output: str = "text"  # text, json, csv


class Answer(NamedTuple):
    """What the views say: rows as SQL gave them."""

    repository: str | None
    time_zone: str
    group_by: str | None
    windows: list[Row]  # one per window, or one per group
    overall: Row  # the last window, without groups
    trust: Row
    outcome: Outcome


def answer(question: Question) -> Answer:
    """Catch up within the budget, then read. Damage that is met is repaired, once."""
    try:
        return _answer(question)
    except Exception as error:
        if not (catch_up.may_be_damage(error) and catch_up.mend()):
            raise
    return _answer(question)


def _answer(question: Question) -> Answer:
    connection, outcome = current.up_to_date()
    try:
        zone = question.timezone or calendar.local_zone()
        connection = _with_calendar(connection, zone)
        repository = scope.choose(connection, question.repo, all_projects=question.all_projects)
        rows = _rows(connection, question, zone, repository)
        whole = question._replace(group_by=None)
        overall = _rows(connection, whole, zone, repository)[-1] if question.group_by else rows[-1]
        trust = query.report(connection, "trust")[0]
        return Answer(repository, zone, question.group_by, rows, overall, trust, outcome)
    finally:
        connection.close()


def _with_calendar(connection: Connection, zone: str) -> Connection:
    """A zone that was never asked for gets its days first."""
    now = clock.now_ms()
    if calendar.covers(connection, zone, now):
        return connection
    connection.close()
    with writer_lock(5), closing(db.open_writer()) as writer, db.transaction(writer):
        calendar.extend(writer, zone, now)
    return db.open_reader()


def _rows(
    connection: Connection, question: Question, zone: str, repository: str | None
) -> list[Row]:
    parameters = {
        "group_by": question.group_by,
        "time_zone": zone,
        "provider": question.provider,
        "model": question.model,
        "repository": repository,
    }
    rows: list[Row] = []
    for name, since, until in _windows(connection, question, zone):
        bounds = {"window": name, "since": since, "until": until}
        found = query.report(connection, "stats", parameters | {"since": since, "until": until})
        rows.extend(bounds | row for row in found)
    return rows


def _windows(connection: Connection, question: Question, zone: str) -> list[tuple[str, str, str]]:
    now = query.utc_text(clock.now_ms())
    windows = query.report(connection, "windows", {"time_zone": zone, "now": now})
    headline = [(row["name"], row["since"], row["until"]) for row in windows]
    if not (question.since or question.until):
        return headline[-1:] if question.group_by else headline
    return [("period", *_bounds(question, zone, headline[0][2]))]


def _bounds(question: Question, zone: str, tomorrow: str) -> tuple[str, str]:
    since, until = "0000", tomorrow
    try:
        if question.since:
            since = calendar.day_start(zone, question.since)
        if question.until:
            until = calendar.day_start(zone, calendar.next_day(question.until))
    except OverflowError as error:
        raise UsageError("that day is beyond the calendar", "write it as 2026-01-31") from error
    if question.until and since >= until:
        days = f"--since {question.since} is after --until {question.until}"
        raise UsageError(days, "give --since the earlier day")
    return since, until


def as_text(found: Answer) -> str:
    """What `aea stats` prints."""
    where = found.repository or "all projects"
    head = f"{where}, days in {found.time_zone}"
    body = _by_group(found) if found.group_by else _by_window(found)
    notes = [trust_line(found)]
    if any(row["is_small_sample"] and row["judged_session_count"] for row in found.windows):
        notes.append("* fewer than 5 sessions: too few to mean anything")
    return "\n".join([head, "", body, "", *notes])


def _lines(row: Row) -> str:
    return f"+{render.count(row['accepted_lines_added'])} -{render.count(row['accepted_lines_removed'])}"


def _minutes(row: Row) -> str:
    value = row["median_minutes_to_first_change"]
    return render.minutes(value, is_small=bool(row["is_small_first_change_sample"]))


def _share(row: Row, name: str) -> str:
    return render.share(row[name], is_small=bool(row["is_small_sample"]))


_MEASURES: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("Sessions", lambda row: render.count(row["session_count"])),
    ("Prompts", lambda row: render.count(row["prompt_count"])),
    ("Tokens", lambda row: render.count(row["total_tokens"])),
    ("  input", lambda row: render.count(row["input_tokens"])),
    ("  output", lambda row: render.count(row["output_tokens"])),
    ("  cache read", lambda row: render.count(row["cache_read_tokens"])),
    ("  cache write", lambda row: render.count(row["cache_write_tokens"])),
    ("Accepted lines", _lines),
    ("Commits", lambda row: render.count(row["commit_count"], render.NOT_APPLICABLE)),
    ("First change (median)", _minutes),
    ("Debug loops", lambda row: _share(row, "debug_loop_share")),
    ("Error pastes", lambda row: _share(row, "error_paste_share")),
    ("No output", lambda row: _share(row, "no_output_share")),
)


def _by_window(found: Answer) -> str:
    header = ["", *(row["window"] for row in found.windows)]
    body = [[name, *(show(row) for row in found.windows)] for name, show in _MEASURES]
    return render.as_table(header, body)


def _by_group(found: Answer) -> str:
    if not found.windows:
        return "nothing in this time"
    shown = [measure for measure in _MEASURES if not measure[0].startswith(" ")]
    header = [str(found.group_by), *(name for name, _ in shown)]
    body = [
        [render.text(row["group_key"]), *(show(row) for _, show in shown)] for row in found.windows
    ]
    return render.as_table(header, body)


def trust_line(found: Answer) -> str:
    """How fresh the numbers are, whose tokens are known, what could not be read."""
    known = found.overall["sessions_with_tokens_share"]
    parts = [_freshness(found.outcome)]
    if known is not None:
        parts.append(f"tokens recorded for {render.share(known)} of sessions")
    for name, what in (
        ("problem_count", "places could not be read (aea tables: ingest_problem)"),
        ("unknown_record_count", "records of unknown types"),
        ("missing_source_count", "sources deleted since, kept here"),
    ):
        if found.trust[name]:
            parts.append(f"{found.trust[name]} {what}")
    return "; ".join(parts) + "."


def _freshness(outcome: Outcome) -> str:
    if outcome.is_locked:
        return "Not up to date: another aea process is reading; ask again in a moment"
    if outcome.failures:
        count = len(outcome.failures)
        return f"Not up to date: {count} repositories could not be read; aea ingest says why"
    if not outcome.is_complete():
        files, repositories = outcome.pending_file_count, outcome.pending_repository_count
        return f"Not up to date: {files} files and {repositories} repositories to read; run: aea ingest"
    return "Up to date"


def as_document(found: Answer) -> dict[str, Any]:
    """What `aea stats --json` prints: rows as the views give them, shares from 0 to 1, unknown as null."""
    return {
        "repository": found.repository,
        "time_zone": found.time_zone,
        "group_by": found.group_by,
        "rows": found.windows,
        "trust": found.trust
        | {
            "is_up_to_date": found.outcome.is_complete() and not found.outcome.failures,
            "failures": list(found.outcome.failures),
            "sessions_with_tokens_share": found.overall["sessions_with_tokens_share"],
            "pending_file_count": found.outcome.pending_file_count,
            "pending_repository_count": found.outcome.pending_repository_count,
        },
    }


def show(question: Question) -> str:
    """The whole answer in the form that was asked for."""
    found = answer(question)
    if question.output == "json":
        return render.as_json(as_document(found))
    if question.output == "csv":
        return render.as_csv(found.windows)
    return as_text(found)
