"""`aea delivery`, `quality`, `tasks`, `session report` for people: a scorecard, or a table of groups."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aea.reports import outcomes, render, trust
from aea.store.engine.metrics import SMALL_SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.reports.outcomes import Answer, Question
    from aea.reports.query import Row
    from aea.store.engine.metrics import Metric

    Column = tuple[str, Callable[[Row], str]]

_OTHERS = "_of_others"
_COUNTS = {"commit_count": "Commits", "heavy_commit_count": "Heavy", "session_count": "Sessions"}
_LINES = {
    "accepted_lines_added": "accepted",
    "committed_lines": "committed",
    "shipped_lines": "shipped",
    "thrown_away_lines": "thrown away",
}
_EMPTY = {
    "delivery": "No commit here. Try: aea ingest, or --all-projects",
    "quality": "No commit here. Try: aea ingest, or --all-projects",
    "tasks": "No task here. Try: --group-by branch, --with-fallback, or --all-projects",
    "sessions": "No session with a prompt here. Try: aea ingest, or --all-projects",
}


def show(question: Question) -> str:
    """The whole answer in the form that was asked for."""
    found = outcomes.answer(question)
    if question.output == "json":
        return render.as_json(outcomes.as_document(found))
    if question.output == "csv":
        return render.as_csv(found.rows)
    return as_text(found)


def as_text(found: Answer) -> str:
    """What the commands print."""
    where = found.repository or "all projects"
    rules = ", rules of the upstream" if found.question.rules == "upstream" else ""
    body = _EMPTY[found.question.report]
    if found.rows:
        body = _groups(found) if found.question.group_by else _scorecard(found)
    return "\n".join([f"{where}, days in {found.time_zone}{rules}", "", body, "", *_notes(found)])


def value(metric: Metric, row: Row) -> str:
    """A metric of a row: percent, minutes or a number; * marks a small sample."""
    number = row[metric.name]
    is_small = bool(row.get(f"{metric.name}_is_small_sample"))
    if number is None:
        has_none = metric.report == "sessions" and not row.get("session_count", 1)
        is_nothing = has_none or row[f"{metric.name}_denominator"] is not None
        return render.NOT_APPLICABLE if is_nothing else render.UNKNOWN
    if metric.unit == "share":
        return render.share(number, is_small=is_small)
    if metric.unit == "count":
        return f"{number:.1f}{'*' if is_small else ''}"
    return render.minutes(number * (60 if metric.unit == "hours" else 1), is_small=is_small)


def _scorecard(found: Answer) -> str:
    row = found.rows[0]
    names = {metric.name: metric for metric in outcomes.list_metrics(found.question)}
    has_others = any(name.endswith(_OTHERS) and name in row for name in names)
    body = []
    for metric in names.values():
        if metric.name in row and not metric.name.endswith(_OTHERS):
            line = [metric.title, value(metric, row), _parts(metric, row)]
            other = names.get(metric.name + _OTHERS)
            if has_others:
                line.append(value(other, row) if other else "")
            body.append([*line, found.bands[metric.name]["status"] or ""])
    header = ["", "Value", "Of", *(["Other commits"] if has_others else []), "Status"]
    return f"{_counts(found.question, row)}\n\n{render.as_table(header, body)}"


def _counts(question: Question, row: Row) -> str:
    parts = [
        f"{_count(name, row)} {title.lower()}" for name, title in _COUNTS.items() if name in row
    ]
    parts += [f"{_number(row[name])} lines {what}" for name, what in _LINES.items() if name in row]
    if question.report == "delivery":
        parts.append(f"lines {_lines(row)}")
    return ", ".join(parts)


def _lines(row: Row) -> str:
    return f"+{_number(row['lines_added'])} -{_number(row['lines_removed'])}"


def _number(number: float | None) -> str:
    """A count, which a weight may have made a fraction."""
    return render.count(round(number) if number is not None else None)


def _parts(metric: Metric, row: Row) -> str:
    numerator, denominator = (row[f"{metric.name}_{part}"] for part in ("numerator", "denominator"))
    if denominator is None:
        return ""
    return f"{_part(numerator)} / {_part(denominator)}"


def _part(number: float) -> str:
    return render.count(int(number)) if number == int(number) else f"{number:.1f}"


def _groups(found: Answer) -> str:
    names = _names(found)
    columns = [*names, *_measures(found)]
    body = [[show(row) for _, show in columns] for row in found.rows]
    return render.as_table([title for title, _ in columns], body, len(names))


def _names(found: Answer) -> list[Column]:
    """What tells the groups apart."""
    first, question = found.rows[0], found.question
    columns: list[Column] = [(str(question.group_by), lambda row: render.text(row["group_key"]))]
    if found.repository is None and first.get("repository") is not None:
        columns.append(("Repository", lambda row: str(row["repository"])))
    if first.get("branch_name") is not None:
        columns.append(("Branch", lambda row: str(row["branch_name"])))
    return columns


def _measures(found: Answer) -> list[Column]:
    first = found.rows[0]
    columns: list[Column] = [
        (title, partial(_count, name)) for name, title in _COUNTS.items() if name in first
    ]
    columns += [(metric.title, partial(value, metric)) for metric in _shown(found)]
    if found.question.report == "delivery":
        columns.append(("Lines", _lines))
    return columns


def _count(name: str, row: Row) -> str:
    return render.count(row[name])


def _shown(found: Answer) -> list[Metric]:
    """The metrics that the rows have; the upstream's rules know fewer."""
    return [
        m for m in outcomes.list_metrics(found.question) if found.rows and m.name in found.rows[0]
    ]


def _notes(found: Answer) -> list[str]:
    notes = []
    hidden = found.group_count - len(found.rows)
    if hidden:
        notes.append(f"{hidden} more groups: --limit {found.group_count}")
    shown = _shown(found)
    if any(_is_marked(metric, row) for row in found.rows for metric in shown):
        notes.append(f"* fewer than {SMALL_SAMPLE} in the sample: too few to mean anything")
    if found.question.group_by is None and found.rows:
        notes += _left_out(found.rows[0], shown)
    return [*notes, trust.line(found.outcome, found.trust)]


def _is_marked(metric: Metric, row: Row) -> bool:
    return row[metric.name] is not None and bool(row.get(f"{metric.name}_is_small_sample"))


def _left_out(row: Row, shown: list[Metric]) -> list[str]:
    """What is too young, and what nothing is known about."""
    lines = []
    for metric in shown:
        count = row.get(f"{metric.name}_immature_count")
        if count:
            lines.append(f"{metric.title}: window still open, left out: {count}")
    if row.get("unknown_mainline_count"):
        lines.append(f"No mainline known, left out: {row['unknown_mainline_count']}")
    return lines
