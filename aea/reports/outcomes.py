"""The rows behind `aea delivery`, `quality`, `tasks` and `session report`. SQL computes every number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock
from aea.errors import UsageError
from aea.reports import date_range, footer, freshness, metric_text, query, repository_filter
from aea.store.engine import metrics
from aea.store.write import calendar

if TYPE_CHECKING:
    from aea.ingest.catch_up import IngestResult
    from aea.reports.query import Row
    from aea.store.engine.db import Connection
    from aea.store.engine.metrics import Metric

_FILTERS = ("provider", "model", "branch", "task", "author")
# the metrics of each report, by name or by the report that sql/metric names
_METRICS = {
    "delivery": "delivery",
    "quality": "quality",
    "tasks": "mainline_reach, churn, sessions",
    "sessions": "productivity, sessions, trouble",
}
_WITH_LEAD = {
    "delivery": ", lead"
}  # its rows are lines, so sql/report/outcomes.sql computes it apart
_FILES = {"delivery": "outcomes", "quality": "outcomes", "tasks": "tasks", "sessions": "sessions"}
# groups and filters that need the sessions of a commit, or the tasks of a row
_BY_SESSION = {"provider", "model"}
_BY_TASK = {"outcomes": {"task"}, "sessions": {"task", "branch"}, "tasks": set[str]()}


class OutcomesRequest(NamedTuple):
    """The options of one of these commands."""

    report: str  # delivery, quality, tasks, sessions
    group_by: str | None = None
    overall: bool = False
    since: str | None = None
    until: str | None = None
    repo: str | None = None
    provider: str | None = None
    model: str | None = None
    branch: str | None = None
    task: str | None = None
    author: str | None = None
    evidence: str | None = None  # matched: without what other tools recorded
    timezone: str | None = None
    limit: int = 50
    with_fallback: bool = False
    all_projects: bool = False
    output: str = "text"  # text, json, csv


class OutcomesReport(NamedTuple):
    """Rows as SQL computed them; a single one without a group."""

    request: OutcomesRequest  # with the default group
    repository: str | None  # None: all
    time_zone: str
    rows: list[Row]
    group_count: int  # before the limit
    without_session_count: int | None  # of these, without a session; None: the report does not say
    bands: dict[str, Row]  # by metric, of the row without a group
    footer: Row
    outcome: IngestResult


def build_report(request: OutcomesRequest) -> OutcomesReport:
    """Catch up within the budget, then read."""
    if request.overall and request.group_by:
        raise UsageError("--overall and --group-by exclude each other", "give one of them")
    if request.report == "tasks" and not (request.group_by or request.overall):
        request = request._replace(group_by="task")
    return freshness.read_repaired(lambda: _build(request))


def _build(request: OutcomesRequest) -> OutcomesReport:
    connection, outcome = freshness.reader_and_outcome()
    try:
        zone = request.timezone or calendar.local_zone()
        connection = date_range.with_calendar(connection, zone)
        repository = repository_filter.choose(
            connection, request.repo, all_projects=request.all_projects
        )
        rows = _rows(connection, request, zone, repository)
        count = rows[0]["group_count"] if rows else 0
        without = rows[0].get("without_session_count") if rows else None
        for row in rows:
            del row["group_count"]
            row.pop("without_session_count", None)
        bands = {} if request.group_by or not rows else _bands(connection, request, rows[0])
        counts = query.report(connection, "footer")[0]
        return OutcomesReport(
            request, repository, zone, rows, count, without, bands, counts, outcome
        )
    finally:
        connection.close()


def _rows(
    connection: Connection, request: OutcomesRequest, zone: str, repository: str | None
) -> list[Row]:
    name = _FILES[request.report]
    since, until = date_range.bounds(zone, request.since, request.until)
    filters = {name: getattr(request, name) for name in _FILTERS}
    wanted = {request.group_by, *(name for name, value in filters.items() if value)}
    parameters = filters | {
        "since": since,
        "until": until,
        "now": query.utc_text(clock.now_ms()),
        "time_zone": zone,
        "repository": repository,
        "by_session": bool(wanted & _BY_SESSION),
        "by_task": bool(wanted & _BY_TASK[name]),
        "by_time": request.group_by == "week",
        "with_fallback": request.with_fallback,
        "evidence": None if request.evidence == "all" else request.evidence,
        "row_limit": request.limit,
    }
    return query.grouped_report(
        connection, name, _METRICS[request.report], request.group_by, parameters
    )


def list_metrics(report: str) -> list[Metric]:
    """The metrics of a report, in the order of its columns."""
    return metrics.named(_METRICS[report] + _WITH_LEAD.get(report, ""))


def _bands(connection: Connection, request: OutcomesRequest, row: Row) -> dict[str, Row]:
    return {
        metric.name: band(connection, metric, row[metric.name])
        for metric in list_metrics(request.report)
    }


def band(connection: Connection, metric: Metric, value: float | None) -> Row:
    """The thresholds of a metric, and where the value stands: good, watch or risk."""
    parameters = {"metric": metric.name, "better": metric.better, "value": value}
    return query.report(connection, "band", parameters)[0]


def as_document(report: OutcomesReport) -> dict[str, Any]:
    """The JSON document: rows as SQL computed them, shares from 0 to 1, unknown as null."""
    request = report.request
    found = list_metrics(request.report)
    document: dict[str, Any] = {
        "report": request.report,
        "repository": report.repository,
        "time_zone": report.time_zone,
        "group_by": request.group_by,
        "group_count": report.group_count,
        "metrics": [metric_text.document(metric) for metric in found],
        "rows": report.rows,
    }
    if report.without_session_count is not None and request.group_by:
        document["without_session_count"] = report.without_session_count
    if request.group_by is None:
        document["scorecard"] = [_signal(report, m) for m in found if m.name in report.bands]
    return document | {"trust": footer.document(report.outcome, report.footer)}


def _signal(report: OutcomesReport, metric: Metric) -> Row:
    """A metric of the scorecard; its columns without the prefix that they have in a row."""
    prefix = f"{metric.name}_"
    names = ("numerator", "denominator", "sample_count", "is_small_sample", "immature_count")
    row = report.rows[0]
    parts = {name: row[prefix + name] for name in names if prefix + name in row}
    value = {"value": row[metric.name]}
    return metric_text.document(metric) | value | parts | report.bands[metric.name]
