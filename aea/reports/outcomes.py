"""How the work went and what became of it: `aea delivery`, `quality`, `tasks` and `session report`.

SQL computes every number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aea import clock
from aea.errors import UsageError
from aea.reports import current, period, query, scope, trust
from aea.store.engine import metrics
from aea.store.write import calendar

if TYPE_CHECKING:
    from aea.ingest.catch_up import Outcome
    from aea.reports.query import Row
    from aea.store.engine.db import Connection
    from aea.store.engine.metrics import Metric

GROUPS = ("model", "provider", "repo", "branch", "task", "author", "week")
TASK_GROUPS = ("task", "repo", "branch", "provider", "model", "week")
SESSION_GROUPS = ("model", "provider", "repo", "branch", "task", "week")
RULES = ("aea", "upstream")
_FILTERS = ("provider", "model", "branch", "task", "author")
# reports on sessions, with what they tell beside the metrics of sessions
_BESIDE = {"tasks": ("mainline_reach", "churn"), "sessions": ("shipped_share",)}


class Question(NamedTuple):
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


class Answer(NamedTuple):
    """Rows as SQL gave them; one row without a group where there is no group."""

    question: Question  # with the group that was taken where none was given
    repository: str | None
    time_zone: str
    rows: list[Row]
    group_count: int  # how many groups there are, shown or not
    bands: dict[str, Row]  # by metric, of the one row without a group
    trust: Row
    outcome: Outcome


def answer(question: Question) -> Answer:
    """Catch up within the budget, then read."""
    _require_sense(question)
    return current.mended(lambda: _answer(_with_group(question), not question.group_by))


def _require_sense(question: Question) -> None:
    if question.overall and question.group_by:
        raise UsageError("--overall and --group-by exclude each other", "give one of them")
    if question.rules != "upstream":
        return
    if "author" in {question.group_by, "author" if question.author else None}:
        raise UsageError("the upstream's rules know no author", "leave out --rules upstream")
    is_grouped_else = question.overall or question.group_by not in {None, "task"}
    if question.report == "tasks" and is_grouped_else:
        raise UsageError(
            "the upstream's rules group tasks by task only", "leave out --rules upstream"
        )


def _with_group(question: Question) -> Question:
    if question.group_by or question.overall:
        return question
    if question.report == "tasks":
        return question._replace(group_by="task")
    return question._replace(group_by="model") if question.rules == "upstream" else question


def _answer(question: Question, is_implicit: bool) -> Answer:
    connection, outcome = current.up_to_date()
    try:
        zone = question.timezone or (
            "UTC" if question.rules == "upstream" else calendar.local_zone()
        )
        connection = period.with_calendar(connection, zone)
        repository = scope.choose(connection, question.repo, all_projects=question.all_projects)
        asked = _parameters(question, zone, repository)
        asked["is_implicit"] = is_implicit and question.group_by == "model"
        rows = _rows(connection, question, asked)
        count = rows[0]["group_count"] if rows else 0
        for row in rows:
            del row["group_count"]
        bands = {} if question.group_by or not rows else _bands(connection, question, rows[0])
        facts = query.report(connection, "trust")[0]
        return Answer(question, repository, zone, rows, count, bands, facts, outcome)
    finally:
        connection.close()


def _parameters(question: Question, zone: str, repository: str | None) -> Row:
    since, until = period.bounds(zone, question.since, question.until)
    named = {name: getattr(question, name) for name in _FILTERS}
    wanted = {question.group_by, *(name for name, value in named.items() if value)}
    by_session, by_task = bool(wanted & {"provider", "model"}), "task" in wanted
    return named | {
        "since": since,
        "until": until,
        "now": query.utc_text(clock.now_ms()),
        "time_zone": zone,
        "repository": repository,
        "group_by": question.group_by,
        "report": question.report,
        "by_session": by_session,
        "by_task": by_task,
        "with_fallback": question.with_fallback,
        "source": _source(by_session=by_session, by_task=by_task, by_branch="branch" in wanted),
        "row_limit": question.limit,
    }


def _source(*, by_session: bool, by_task: bool, by_branch: bool) -> str:
    """Which rows the upstream counts."""
    if by_task or by_branch:
        return "task" if by_task else "branch"
    return "session" if by_session else "commit"


def _rows(connection: Connection, question: Question, asked: Row) -> list[Row]:
    name = question.report if question.report in _BESIDE else "outcomes"
    if question.rules == "upstream":
        name = "sessions_upstream" if question.report in _BESIDE else "outcomes_upstream"
    return query.metrics_report(connection, name, question.report, asked)


def list_metrics(question: Question) -> list[Metric]:
    """The metrics of a report."""
    if question.report not in _BESIDE:
        return list(metrics.of_report(question.report))
    names = _BESIDE[question.report]
    beside = [metric for metric in metrics.list_metrics() if metric.name in names]
    return [*beside, *metrics.of_report("sessions")]


def _bands(connection: Connection, question: Question, row: Row) -> dict[str, Row]:
    found = {}
    for metric in list_metrics(question):
        if metric.name in row:
            asked = {"metric": metric.name, "better": metric.better, "value": row[metric.name]}
            (found[metric.name],) = query.report(connection, "band", asked)
    return found


def as_document(found: Answer) -> dict[str, Any]:
    """What --json prints: rows as SQL gave them, shares from 0 to 1, unknown as null."""
    question = found.question
    document: dict[str, Any] = {
        "report": question.report,
        "rules": question.rules,
        "repository": found.repository,
        "time_zone": found.time_zone,
        "group_by": question.group_by,
        "group_count": found.group_count,
        "rows": found.rows,
    }
    if question.group_by is None:
        document["scorecard"] = [_signal(found, metric) for metric in _signals(found)]
    return document | {"trust": trust.document(found.outcome, found.trust)}


def _signals(found: Answer) -> list[Metric]:
    return [metric for metric in list_metrics(found.question) if metric.name in found.bands]


def _signal(found: Answer, metric: Metric) -> Row:
    row = found.rows[0]
    names = ("numerator", "denominator", "is_small_sample", "immature_count")
    parts = {name: row[f"{metric.name}_{name}"] for name in names if f"{metric.name}_{name}" in row}
    head = {"metric": metric.name, "title": metric.title, "unit": metric.unit}
    return head | {"value": row[metric.name]} | parts | found.bands[metric.name]
