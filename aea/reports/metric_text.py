"""A metric of a row for people: 27%, 4.2 min, 6.0; n/a over nothing, `*` for a small sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.reports import render
from aea.store.engine.metrics import SMALL_SAMPLE

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.metrics import Metric

SMALL_SAMPLE_NOTE = f"* fewer than {SMALL_SAMPLE} in the sample: too few to mean anything"


def value(metric: Metric, row: Row) -> str:
    """The value with its unit."""
    number, is_small = row[metric.name], bool(row[f"{metric.name}_is_small_sample"])
    if number is None:
        return render.UNKNOWN if _is_unknown(metric, row) else render.NOT_APPLICABLE
    if metric.unit == "share":
        return render.share(number, is_small=is_small)
    if metric.unit == "count":
        return f"{number:.1f}{'*' if is_small else ''}"
    return render.minutes(number * (60 if metric.unit == "hours" else 1), is_small=is_small)


def _is_unknown(metric: Metric, row: Row) -> bool:
    """Whether there are rows but nothing is known about them; sessions without a prompt do not count."""
    has_parts = f"{metric.name}_denominator" in row
    return has_parts and metric.report != "sessions" and row[f"{metric.name}_denominator"] is None


def parts(metric: Metric, row: Row) -> str:
    """The parts of the value: 40 / 150, or the size of a median's sample."""
    if metric.level is not None:
        return f"of {row[f'{metric.name}_sample_count']}"
    numerator, denominator = (row[f"{metric.name}_{part}"] for part in ("numerator", "denominator"))
    return "" if denominator is None else f"{_part(numerator)} / {_part(denominator)}"


def _part(number: float) -> str:
    return render.count(int(number)) if number == int(number) else f"{number:.1f}"


def is_marked(metric: Metric, row: Row) -> bool:
    """Whether the value carries a `*`."""
    return row[metric.name] is not None and bool(row[f"{metric.name}_is_small_sample"])


def document(metric: Metric) -> Row:
    """How JSON documents describe a metric."""
    return {
        "metric": metric.name,
        "title": metric.title,
        "statistic": metric.statistic,
        "unit": metric.unit,
    }
