"""How the work went and what became of it: `aea delivery`, `quality`, `tasks` and `session report`.

SQL computes every number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock
from aea.errors import UsageError
from aea.reports import date_range, footer, freshness, query, repository_filter
from aea.store import calendar, metrics

if TYPE_CHECKING:
    from aea.ingest.catch_up import Outcome
    from aea.reports.query import Row
    from aea.store.db import Connection
    from aea.store.metrics import Metric

GROUPS = ("model", "provider", "repo", "branch", "task", "author", "week")
TASK_GROUPS = ("task", "repo", "branch", "provider", "model", "week")
SESSION_GROUPS = ("model", "provider", "repo", "branch", "task", "week")
RULES = ("aea", "upstream")
_FILTERS = ("provider", "model", "branch", "task", "author")
# reports on sessions, with what they tell beside the metrics of sessions
_BESIDE = {"tasks": ("mainline_reach", "churn"), "sessions": ("shipped_share",)}


class OutcomesRequest(NamedTuple):
    """What was asked."""

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
    timezone: str | None = None
    limit: int = 50
    rules: str = "aea"
    with_fallback: bool = False
    all_projects: bool = False
    output: str = "text"  # text, json, csv


class OutcomesReport(NamedTuple):
    """Rows as SQL gave them; one row without a group where there is no group."""

    request: OutcomesRequest  # with the group that was taken where none was given
    repository: str | None
    time_zone: str
    rows: list[Row]
    group_count: int  # how many groups there are, shown or not
    bands: dict[str, Row]  # by metric, of the one row without a group
    footer: Row
    outcome: Outcome


def build_report(request: OutcomesRequest) -> OutcomesReport:
    """Catch up within the budget, then read."""
    _require_sense(request)
    return freshness.read_repaired(lambda: _build(_with_group(request), not request.group_by))


def _require_sense(request: OutcomesRequest) -> None:
    if request.overall and request.group_by:
        raise UsageError("--overall and --group-by exclude each other", "give one of them")
    if request.rules != "upstream":
        return
    if "author" in {request.group_by, "author" if request.author else None}:
        raise UsageError("the upstream's rules know no author", "leave out --rules upstream")
    is_grouped_else = request.overall or request.group_by not in {None, "task"}
    if request.report == "tasks" and is_grouped_else:
        raise UsageError(
            "the upstream's rules group tasks by task only", "leave out --rules upstream"
        )


def _with_group(request: OutcomesRequest) -> OutcomesRequest:
    if request.group_by or request.overall:
        return request
    if request.report == "tasks":
        return request._replace(group_by="task")
    return request._replace(group_by="model") if request.rules == "upstream" else request


def _build(request: OutcomesRequest, is_implicit: bool) -> OutcomesReport:
    connection, outcome = freshness.reader_and_outcome()
    try:
        zone = request.timezone or ("UTC" if request.rules == "upstream" else calendar.local_zone())
        connection = date_range.with_calendar(connection, zone)
        repository = repository_filter.choose(
            connection, request.repo, all_projects=request.all_projects
        )
        asked = _parameters(request, zone, repository)
        asked["is_implicit"] = is_implicit and request.group_by == "model"
        rows = _rows(connection, request, asked)
        count = rows[0]["group_count"] if rows else 0
        for row in rows:
            del row["group_count"]
        bands = {} if request.group_by or not rows else _bands(connection, request, rows[0])
        counts = query.report(connection, "footer")[0]
        return OutcomesReport(request, repository, zone, rows, count, bands, counts, outcome)
    finally:
        connection.close()


def _parameters(request: OutcomesRequest, zone: str, repository: str | None) -> Row:
    since, until = date_range.bounds(zone, request.since, request.until)
    named = {name: getattr(request, name) for name in _FILTERS}
    wanted = {request.group_by, *(name for name, value in named.items() if value)}
    by_session, by_task = bool(wanted & {"provider", "model"}), "task" in wanted
    return named | {
        "since": since,
        "until": until,
        "now": query.utc_text(clock.now_ms()),
        "time_zone": zone,
        "repository": repository,
        "group_by": request.group_by,
        "report": request.report,
        "by_session": by_session,
        "by_task": by_task,
        "with_fallback": request.with_fallback,
        "source": _source(by_session=by_session, by_task=by_task, by_branch="branch" in wanted),
        "row_limit": request.limit,
    }


def _source(*, by_session: bool, by_task: bool, by_branch: bool) -> str:
    """Which rows the upstream counts."""
    if by_task or by_branch:
        return "task" if by_task else "branch"
    return "session" if by_session else "commit"


def _rows(connection: Connection, request: OutcomesRequest, asked: Row) -> list[Row]:
    name = request.report if request.report in _BESIDE else "outcomes"
    if request.rules == "upstream":
        name = "sessions_upstream" if request.report in _BESIDE else "outcomes_upstream"
    return query.metrics_report(connection, name, request.report, asked)


def list_metrics(request: OutcomesRequest) -> list[Metric]:
    """The metrics of a report."""
    if request.report not in _BESIDE:
        return list(metrics.of_report(request.report))
    names = _BESIDE[request.report]
    beside = [metric for metric in metrics.list_metrics() if metric.name in names]
    return [*beside, *metrics.of_report("sessions")]


def _bands(connection: Connection, request: OutcomesRequest, row: Row) -> dict[str, Row]:
    found = {}
    for metric in list_metrics(request):
        if metric.name in row:
            asked = {"metric": metric.name, "better": metric.better, "value": row[metric.name]}
            (found[metric.name],) = query.report(connection, "band", asked)
    return found


def as_document(found: OutcomesReport) -> dict[str, Any]:
    """What --json prints: rows as SQL gave them, shares from 0 to 1, unknown as null."""
    request = found.request
    document: dict[str, Any] = {
        "report": request.report,
        "rules": request.rules,
        "repository": found.repository,
        "time_zone": found.time_zone,
        "group_by": request.group_by,
        "group_count": found.group_count,
        "rows": found.rows,
    }
    if request.group_by is None:
        document["scorecard"] = [_signal(found, metric) for metric in _signals(found)]
    return document | {"footer": footer.document(found.outcome, found.footer)}


def _signals(found: OutcomesReport) -> list[Metric]:
    return [metric for metric in list_metrics(found.request) if metric.name in found.bands]


def _signal(found: OutcomesReport, metric: Metric) -> Row:
    row = found.rows[0]
    names = ("numerator", "denominator", "is_small_sample", "immature_count")
    parts = {name: row[f"{metric.name}_{name}"] for name in names if f"{metric.name}_{name}" in row}
    head = {"metric": metric.name, "title": metric.title, "unit": metric.unit}
    return head | {"value": row[metric.name]} | parts | found.bands[metric.name]
