"""`aea stats`: sessions, tokens, lines and commits of today, 7 and 30 days, or of a date range."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock
from aea.console import visible
from aea.reports import (
    date_range,
    footer,
    freshness,
    query,
    render,
    repository_filter,
)
from aea.reports.metric_text import SMALL_SAMPLE_NOTE, document, is_marked, value
from aea.store.engine import metrics
from aea.store.write import calendar

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.ingest.catch_up import IngestResult
    from aea.reports.query import Row
    from aea.store.engine.db import Connection
    from aea.store.engine.metrics import Metric

AT_LEAST, ABOUT = "≥ ", "~"  # marks of a recorded output that is not final, and of an estimate
METRICS = "first_change, debug_loop, error_paste, no_output"


class StatsRequest(NamedTuple):
    """The options of `aea stats`."""

    group_by: str | None = None
    since: str | None = None
    until: str | None = None
    provider: str | None = None
    model: str | None = None
    repo: str | None = None
    timezone: str | None = None
    all_projects: bool = False
    estimated: bool = False  # text shows estimated output tokens instead of recorded ones
    output: str = "text"  # text, json, csv


class StatsReport(NamedTuple):
    """Rows as SQL computed them."""

    repository: str | None  # None: all
    time_zone: str
    group_by: str | None
    rows: list[Row]  # one per window, or one per group
    overall: Row  # the last window, without groups
    footer: Row
    outcome: IngestResult
    is_estimated: bool = False


def build_report(request: StatsRequest) -> StatsReport:
    """Catch up within the budget, then read."""
    return freshness.read_repaired(lambda: _build(request))


def _build(request: StatsRequest) -> StatsReport:
    connection, outcome = freshness.reader_and_outcome()
    try:
        zone = request.timezone or calendar.local_zone()
        connection = date_range.with_calendar(connection, zone)
        repository = repository_filter.choose(
            connection, request.repo, all_projects=request.all_projects
        )
        rows = _rows(connection, request, zone, repository)
        whole = request._replace(group_by=None)
        overall = _rows(connection, whole, zone, repository)[-1] if request.group_by else rows[-1]
        counts = query.report(connection, "footer")[0]
        return StatsReport(
            repository,
            zone,
            request.group_by,
            rows,
            overall,
            counts,
            outcome,
            request.estimated,
        )
    finally:
        connection.close()


def _rows(
    connection: Connection, request: StatsRequest, zone: str, repository: str | None
) -> list[Row]:
    parameters = {
        "group_by": request.group_by,
        "time_zone": zone,
        "provider": request.provider,
        "model": request.model,
        "repository": repository,
    }
    rows: list[Row] = []
    for name, since, until in _windows(connection, request, zone):
        bounds = {"since": since, "until": until}
        found = query.grouped_report(
            connection, "stats", METRICS, request.group_by, parameters | bounds
        )
        rows.extend({"window": name} | bounds | row for row in found)
    return rows


def _windows(
    connection: Connection, request: StatsRequest, zone: str
) -> list[tuple[str, str, str]]:
    now = query.utc_text(clock.now_ms())
    windows = query.report(connection, "windows", {"time_zone": zone, "now": now})
    headline = [(row["name"], row["since"], row["until"]) for row in windows]
    if not (request.since or request.until):
        return headline[-1:] if request.group_by else headline
    bounds = date_range.bounds(zone, request.since, request.until, headline[0][2])
    return [("period", *bounds)]


def as_text(report: StatsReport) -> str:
    """The report as `aea stats` prints it."""
    where = report.repository or "all projects"
    head = visible(f"{where}, days in {report.time_zone}")
    body = _by_group(report) if report.group_by else _by_window(report)
    notes = [footer_line(report)]
    if any(is_marked(metric, row) for row in report.rows for metric in list_metrics()):
        notes.append(SMALL_SAMPLE_NOTE)
    return "\n".join([head, "", body, "", *notes])


def list_metrics() -> list[Metric]:
    """The metrics beside the counts."""
    return [metrics.find(name) for name in METRICS.split(", ")]


def _lines(row: Row) -> str:
    return f"+{render.count(row['accepted_lines_added'])} -{render.count(row['accepted_lines_removed'])}"


def _recorded(name: str, row: Row) -> str:
    mark = AT_LEAST if row["is_output_lower_bound"] and row[name] is not None else ""
    return mark + render.count(row[name])


def _estimated(name: str, row: Row) -> str:
    known = row[f"estimated_{name}"]
    mark = ABOUT if row["is_output_lower_bound"] and known is not None else ""
    return mark + render.count(known)


_COUNTS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("Sessions", lambda row: render.count(row["session_count"])),
    ("Prompts", lambda row: render.count(row["prompt_count"])),
    ("Tokens", partial(_recorded, "total_tokens")),
    ("  input", lambda row: render.count(row["input_tokens"])),
    ("  output", partial(_recorded, "output_tokens")),
    ("  cache read", lambda row: render.count(row["cache_read_tokens"])),
    ("  cache write", lambda row: render.count(row["cache_write_tokens"])),
    ("Accepted lines", _lines),
    ("Commits", lambda row: render.count(row["commit_count"], render.NOT_APPLICABLE)),
)


_ESTIMATES: dict[str, Callable[[Row], str]] = {
    "Tokens": partial(_estimated, "total_tokens"),
    "  output": partial(_estimated, "output_tokens"),
}


def _measures(report: StatsReport) -> list[tuple[str, Callable[[Row], str]]]:
    estimates = _ESTIMATES if report.is_estimated else {}
    counts = [(name, estimates.get(name, show)) for name, show in _COUNTS]
    return [*counts, *((metric.label, partial(value, metric)) for metric in list_metrics())]


def _by_window(report: StatsReport) -> str:
    header = ["", *(row["window"] for row in report.rows)]
    body = [[name, *(show(row) for row in report.rows)] for name, show in _measures(report)]
    return render.as_table(header, body)


def _by_group(report: StatsReport) -> str:
    if not report.rows:
        return "No activity in this time"
    from aea.reports import dimensions  # not on the path of a plain `aea stats`

    shown = [measure for measure in _measures(report) if not measure[0].startswith(" ")]
    header = [
        dimensions.find(str(report.group_by)).title,
        *(name.replace(" (", "\n(") for name, _ in shown),
    ]
    body = [
        [render.text(row["group_key"]), *(show(row) for _, show in shown)] for row in report.rows
    ]
    return render.as_table(header, body)


def footer_line(report: StatsReport) -> str:
    """How fresh the data is, how many sessions have tokens, and what could not be read."""
    known = report.overall["session_with_tokens_share"]
    tokens = f"tokens recorded for {render.share(known)} of sessions" if known is not None else ""
    return footer.line(report.outcome, report.footer, tokens, *_output_notes(report))


def _output_notes(report: StatsReport) -> list[str]:
    """How much of the output is recorded, and what it is by estimate; nothing if every count is final."""
    row = report.overall
    notes = []
    if row["unfinished_response_count"]:
        share = render.share(row["unfinished_response_share"])
        notes = [f"{_recorded('output_tokens', row)} output, {share} of responses unfinished"]
        if row["estimated_output_tokens"] is not None:
            estimate = render.count(row["estimated_output_tokens"])
            notes[0] += f", about {estimate} estimated"
            notes[0] += "" if report.is_estimated else " (--estimated)"
    if row["unknown_response_count"]:
        count = render.count(row["unknown_response_count"])
        notes.append(f"{count} responses from files that are gone may be unfinished, too")
    return notes


def as_document(report: StatsReport) -> dict[str, Any]:
    """The JSON document: rows as SQL computed them, shares from 0 to 1, unknown as null."""
    return {
        "repository": report.repository,
        "time_zone": report.time_zone,
        "group_by": report.group_by,
        "metrics": [document(metric) for metric in list_metrics()],
        "rows": report.rows,
        "trust": footer.document(report.outcome, report.footer)
        | {"session_with_tokens_share": report.overall["session_with_tokens_share"]},
    }


def show(request: StatsRequest) -> str:
    """The report as text, JSON or CSV."""
    report = build_report(request)
    if request.output == "json":
        return render.as_json(as_document(report))
    if request.output == "csv":
        freshness.write_note(report.outcome)
        return render.as_csv(report.rows)
    return as_text(report)
