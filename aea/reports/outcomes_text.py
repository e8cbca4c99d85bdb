"""`aea delivery`, `quality`, `tasks`, `session report` for people: a scorecard, or a table of groups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aea.console import visible
from aea.reports import coverage_text, dimensions, footer, freshness, outcomes, render
from aea.reports.metric_text import SMALL_SAMPLE_NOTE, is_marked, parts, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aea.reports.outcomes import OutcomesReport, OutcomesRequest
    from aea.reports.query import Row

    Column = tuple[str, Callable[[Row], str]]

_OTHERS = "_of_others"
_COUNTS = {"commit_count": "Commits", "heavy_commit_count": "Heavy", "session_count": "Sessions"}
_LINES = {
    "accepted_lines_added": "accepted",
    "committed_lines": "committed",
    "shipped_lines": "shipped",
    "thrown_away_lines": "thrown away",
}
_NAMES = {"task": ("task", "tasks"), "branch": ("branch", "branches")}
_EMPTY = {
    "delivery": "No commit here. Try: aea ingest, or --all-projects",
    "quality": "No commit here. Try: aea ingest, or --all-projects",
    "tasks": "No task here. Try: --group-by branch, --with-fallback, or --all-projects",
    "sessions": "No session with a prompt here. Try: aea ingest, or --all-projects",
}


def show(request: OutcomesRequest) -> str:
    """The report as text, JSON or CSV."""
    report = outcomes.build_report(request)
    if request.output == "json":
        return render.as_json(outcomes.as_document(report))
    if request.output == "csv":
        freshness.write_note(report.outcome)
        return render.as_csv(report.rows)
    return as_text(report)


def as_text(report: OutcomesReport) -> str:
    """The report as the commands print it."""
    where = report.repository or "all projects"
    body = _EMPTY[report.request.report]
    if report.rows:
        body = _groups(report) if report.request.group_by else _scorecard(report)
    return "\n".join(
        [visible(f"{where}, days in {report.time_zone}"), "", body, "", *_notes(report)]
    )


def _scorecard(report: OutcomesReport) -> str:
    row = report.rows[0]
    found = {metric.name: metric for metric in outcomes.list_metrics(report.request.report)}
    has_others = any(name.endswith(_OTHERS) for name in found)
    body = []
    for metric in found.values():
        if not metric.name.endswith(_OTHERS):
            line = [metric.label, value(metric, row), parts(metric, row)]
            other = found.get(metric.name + _OTHERS)
            if has_others:
                line.append(value(other, row) if other else "")
            body.append([*line, report.bands[metric.name]["status"] or ""])
    header = ["", "Value", "Of", *(["Other commits"] if has_others else []), "Status"]
    return f"{_counts(report.request, row)}\n\n{render.as_table(header, body)}"


def _counts(request: OutcomesRequest, row: Row) -> str:
    texts = [
        f"{_count(name, row)} {title.lower()}" for name, title in _COUNTS.items() if name in row
    ]
    texts += [f"{_number(row[name])} lines {what}" for name, what in _LINES.items() if name in row]
    if request.report == "delivery":
        texts += [f"lines {_lines(row)}", *_open(row)]
    return ", ".join(texts)


def _open(row: Row) -> Iterator[str]:
    """Work that the mainline does not have; it counts in none of the shares."""
    if row["open_commit_count"]:
        lines = f"+{_number(row['open_lines_added'])} lines, {_number(row['open_ai_lines'])} by AI"
        yield f"and {render.count(row['open_commit_count'])} open ({lines})"


def _lines(row: Row) -> str:
    return f"+{_number(row['lines_added'])} -{_number(row['lines_removed'])}"


def _number(number: float | None) -> str:
    """A count; a weight may have made it a fraction."""
    return render.count(round(number) if number is not None else None)


def _groups(report: OutcomesReport) -> str:
    names = _names(report)
    columns = [*names, *_measures(report)]
    body = [[show(row) for _, show in columns] for row in report.rows]
    return render.as_table([title for title, _ in columns], body, len(names))


def _names(report: OutcomesReport) -> list[Column]:
    """The columns that identify a group."""
    title = dimensions.find(str(report.request.group_by)).title
    columns: list[Column] = [(title, lambda row: render.text(row["group_key"]))]
    if report.repository is None and report.rows[0]["repository"] is not None:
        columns.append(("Repository", lambda row: str(row["repository"])))
    return columns


def _measures(report: OutcomesReport) -> list[Column]:
    first = report.rows[0]
    columns: list[Column] = [
        (title, partial(_count, name)) for name, title in _COUNTS.items() if name in first
    ]
    found = outcomes.list_metrics(report.request.report)
    columns += [(metric.label.replace(" (", "\n("), partial(value, metric)) for metric in found]
    if report.request.report == "delivery":
        columns.append(("Lines", _lines))
    return columns


def _count(name: str, row: Row) -> str:
    return render.count(row[name])


def _notes(report: OutcomesReport) -> list[str]:
    notes = []
    hidden = report.group_count - len(report.rows)
    if hidden:
        notes.append(f"{hidden} more groups: --limit {report.group_count}")
    notes += _without_session(report)
    found = outcomes.list_metrics(report.request.report)
    if any(is_marked(metric, row) for row in report.rows for metric in found):
        notes.append(SMALL_SAMPLE_NOTE)
    if report.request.group_by is None and report.rows:
        notes += _exclusions(report)
    return [*notes, footer.line(report.outcome, report.footer)]


def _without_session(report: OutcomesReport) -> Iterator[str]:
    """How many tasks or branches nobody is known to have had a session for; they come last."""
    count = report.without_session_count
    name = _NAMES.get(str(report.request.group_by))
    if count and name:
        more = "more " if count < report.group_count else ""
        what = f"{name[0]} has" if count == 1 else f"{name[1]} have"
        yield f"{render.count(count)} {more}{what} commits but no session"


def _exclusions(report: OutcomesReport) -> Iterator[str]:
    """How many commits are too young for a metric, and how many are in a repository without a mainline."""
    row = report.rows[0]
    for metric in outcomes.list_metrics(report.request.report):
        if count := row.get(f"{metric.name}_immature_count"):
            yield f"Excluded from {metric.title.lower()}, window still open: {count}"
    yield from coverage_text.lines(row)
    if count := report.request.report == "delivery" and row["unknown_mainline_count"]:
        yield f"Excluded from mainline reach, no mainline known: {count}"
