"""`aea why NUMBER`: the definition of a number, its value now, and the rows that it is computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea import clock
from aea.reports import metric_text, outcomes, query
from aea.reports.outcomes import OutcomesRequest
from aea.store.engine import metrics, sqlfiles

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.db import Connection
    from aea.store.engine.metrics import Metric


class Section(NamedTuple):
    """A titled table; `key` names it in JSON."""

    key: str
    title: str
    rows: list[Row]


class Count(NamedTuple):
    """A count of `aea stats`: where it is computed and which rows it is the sum of."""

    column: str  # of sql/report/stats.sql
    event: str
    contribution: str  # of an event row
    fact: str


_ACTIVITY, _USAGE, _COMMIT = (
    "event_session_activity",
    "event_session_usage",
    "event_commit_outcome",
)
_CACHE_WRITE = "cache_write_5m_tokens + cache_write_1h_tokens"
_TOKENS = f"input_tokens + output_tokens + cache_read_tokens + {_CACHE_WRITE}"
_LINES = "accepted_lines_added + accepted_lines_removed"
COUNTS = {
    "sessions": Count("session_count", _ACTIVITY, "1", "fact_session_message"),
    "prompts": Count("prompt_count", _ACTIVITY, "prompt_count", "fact_session_message"),
    "tokens": Count("total_tokens", _USAGE, _TOKENS, "fact_session_usage"),
    "input": Count("input_tokens", _USAGE, "input_tokens", "fact_session_usage"),
    "output": Count("output_tokens", _USAGE, "output_tokens", "fact_session_usage"),
    "estimated output": Count(
        "estimated_output_tokens", _USAGE, "estimated_output_tokens", "fact_session_usage"
    ),
    "unfinished responses": Count(
        "unfinished_response_count", _USAGE, "unfinished_response_count", "fact_session_usage"
    ),
    "cache read": Count("cache_read_tokens", _USAGE, "cache_read_tokens", "fact_session_usage"),
    "cache write": Count("cache_write_tokens", _USAGE, _CACHE_WRITE, "fact_session_usage"),
    "accepted lines": Count("accepted_lines_added", _ACTIVITY, _LINES, "fact_session_code_change"),
    "commits": Count("commit_count", _COMMIT, "is_reachable * (1 - is_merge)", "fact_commit"),
}
_COMMANDS = {"delivery": "delivery", "quality": "quality", "sessions": "session report"}
_STATISTICS = {
    "ratio": "the sum of the numerators divided by the sum of the denominators",
    "mean": "the sum of the values divided by their number",
    "median": "half of the values are smaller, half are greater",
}


def find(connection: Connection, target: str, limit: int) -> list[Section]:
    """The sections of a metric, a count of `aea stats`, or both; none if no number has that name."""
    name = _plain(target)
    sections: list[Section] = []
    for metric in metrics.list_metrics():
        if name in {_plain(metric.name), _plain(metric.title), _plain(metric.label)}:
            sections += _of_metric(connection, metric, limit)
    if name in COUNTS:
        sections += _of_count(connection, name, COUNTS[name], limit)
    return sections


def list_names() -> list[str]:
    """What can be asked for."""
    return sorted({*COUNTS, *(metric.name for metric in metrics.list_metrics())})


def _plain(name: str) -> str:
    return name.lower().replace("_", " ").strip()


def _of_metric(connection: Connection, metric: Metric, limit: int) -> list[Section]:
    report = next(r for r in _COMMANDS if metric in outcomes.list_metrics(r))
    found = outcomes.build_report(OutcomesRequest(report))
    where = found.repository or "all projects"
    statement = _rows_statement(connection, metric, found.repository)
    value: list[Row] = []
    if found.rows:
        band = found.bands[metric.name]
        value = [
            {"value": metric_text.value(metric, found.rows[0])} | _parts(metric, found.rows[0])
        ]
        value[0]["status"] = band["status"]
    rows = query.select(connection, f"{statement} LIMIT {limit}")
    commands = [f'aea sql "{statement}"', *_next(metric)]
    return [
        Section("definition", metric.label, _definition(connection, metric, _COMMANDS[report])),
        Section("value", f"Now, in {where}", value),
        Section("rows", f"The {limit} largest of its rows", rows),
        Section("commands", "All of them, and the way down", [{"command": c} for c in commands]),
    ]


def _definition(connection: Connection, metric: Metric, command: str) -> list[Row]:
    header = sqlfiles.read("metric", metric.name).header
    said = {name: header(name) for name in ("numerator", "denominator", "value", "excluded")}
    meaning = _STATISTICS.get(metric.statistic, "so many of 100 values are smaller")
    band = outcomes.band(connection, metric, None)
    fields = {
        "metric": metric.name,
        "printed by": f"aea {command}",
        "statistic": f"{metric.statistic}: {meaning}",
        **{name: text for name, text in said.items() if text},
        "unit": metric.unit,
        "better": metric.better,
        "bands": _bands(metric, band),
        "file": f"sql/metric/{metric.name}.sql",
    }
    return [{"field": name, "text": text} for name, text in fields.items() if text]


def _bands(metric: Metric, band: Row) -> str:
    """The thresholds in words; empty for a metric without bands."""
    if band["good"] is None:
        return ""
    side, other = ("from", "below") if metric.better == "higher" else ("below", "above")
    edge = "from" if metric.better == "higher" else "up to"
    return (
        f"good {side} {band['good']:g}, watch {edge} {band['watch']:g}, risk {other} that"
        f" (aea settings {metric.name}_good, {metric.name}_watch)"
    )


def _parts(metric: Metric, row: Row) -> Row:
    names = ("numerator", "denominator", "sample_count", "immature_count")
    columns = {name: f"{metric.name}_{name}" for name in names}
    return {name: row[column] for name, column in columns.items() if column in row}


def _rows_statement(connection: Connection, metric: Metric, repository: str | None) -> str:
    """The query that lists the rows a metric is computed from, the largest first."""
    columns = {row["name"] for row in query.select(connection, f"PRAGMA table_info({metric.base})")}
    keys = "repository, commit_sha" if "commit_sha" in columns else "provider, session_id"
    parts = f"{metric.numerator} AS value"
    if metric.statistic == "ratio":
        parts = f"{metric.numerator} AS numerator, {metric.denominator} AS denominator"
    counted = f"({metric.denominator}) > 0" if metric.statistic == "ratio" else metric.denominator
    conditions = [counted]
    if metric.can_be_immature:
        conditions.append(f"{metric.counts_from} <= '{query.utc_text(clock.now_ms())}'")
    if repository is not None:
        conditions.append("repository = '{}'".format(repository.replace("'", "''")))
    where = " AND ".join(conditions)
    return f"SELECT {keys}, {parts} FROM {metric.base} WHERE {where} ORDER BY 3 DESC, {keys}"


def _next(metric: Metric) -> list[str]:
    if metric.base == "view_commit":
        return ["aea show COMMIT", "aea why COMMIT"]
    return ["aea session show SESSION", "aea why SESSION"]


def _of_count(connection: Connection, name: str, count: Count, limit: int) -> list[Section]:
    header = sqlfiles.read("event", count.event).header
    definition: list[Row] = [
        {"step": "report", "where": "sql/report/stats.sql", "text": f"column {count.column}"},
        {"step": "event", "where": f"sql/event/{count.event}.sql", "text": header("grain")},
        {"step": "row", "where": count.event, "text": f"adds {count.contribution}"},
        {"step": "fact", "where": f"sql/fact/{count.fact}.sql", "text": "the event is made of"},
    ]
    key = header("key")
    rows = query.select(
        connection,
        f"SELECT {key}, {count.contribution} AS contribution FROM {count.event}"
        f" WHERE {count.contribution} <> 0 ORDER BY contribution DESC, {key} LIMIT ?",
        (limit,),
    )
    return [
        Section("count", f"{name.capitalize()} (count of aea stats)", definition),
        Section("contributions", f"The {limit} largest contributions of all time", rows),
    ]
