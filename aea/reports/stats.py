"""The headline: what the sessions and commits of a time amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock
from aea.reports import current, period, query, render, scope, trust
from aea.store.write import calendar

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.ingest.catch_up import Outcome
    from aea.reports.query import Row
    from aea.store.engine.db import Connection

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
    """Catch up within the budget, then read."""
    return current.mended(lambda: _answer(question))


def _answer(question: Question) -> Answer:
    connection, outcome = current.up_to_date()
    try:
        zone = question.timezone or calendar.local_zone()
        connection = period.with_calendar(connection, zone)
        repository = scope.choose(connection, question.repo, all_projects=question.all_projects)
        rows = _rows(connection, question, zone, repository)
        whole = question._replace(group_by=None)
        overall = _rows(connection, whole, zone, repository)[-1] if question.group_by else rows[-1]
        facts = query.report(connection, "trust")[0]
        return Answer(repository, zone, question.group_by, rows, overall, facts, outcome)
    finally:
        connection.close()


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
    bounds = period.bounds(zone, question.since, question.until, headline[0][2])
    return [("period", *bounds)]


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
    tokens = f"tokens recorded for {render.share(known)} of sessions" if known is not None else ""
    return trust.line(found.outcome, found.trust, tokens)


def as_document(found: Answer) -> dict[str, Any]:
    """What `aea stats --json` prints: rows as the views give them, shares from 0 to 1, unknown as null."""
    return {
        "repository": found.repository,
        "time_zone": found.time_zone,
        "group_by": found.group_by,
        "rows": found.windows,
        "trust": trust.document(found.outcome, found.trust)
        | {"sessions_with_tokens_share": found.overall["sessions_with_tokens_share"]},
    }


def show(question: Question) -> str:
    """The whole answer in the form that was asked for."""
    found = answer(question)
    if question.output == "json":
        return render.as_json(as_document(found))
    if question.output == "csv":
        return render.as_csv(found.windows)
    return as_text(found)
